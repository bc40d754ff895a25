import { parse, type RunSpec } from '@spatial-ensemble/record';
import { bound, type Bound } from '@spatial-ensemble/training';
import type { Experiment } from '../experiment.ts';

/**
 * What a stored run trained, by the first of several experiments whose method it is.
 *
 * @param experiments in the order in which they are asked
 * @throws Error where it is no method of theirs, of another version, or a spec that it no longer reads
 */
export async function methodOf(run: RunSpec, experiments: AsyncIterable<Experiment>): Promise<Bound> {
  const { name, version } = run.method;
  let problem = `no experiment has a method ${name}: name the file of one that does, --experiment FILE`;
  for await (const experiment of experiments)
    for (const method of [experiment.method, ...Object.values(experiment.evaluations)]) {
      if (method.name !== name) continue;
      if (method.version !== version) {
        problem = `the run is of version ${version} of ${name}, and the code here is of version ${method.version}: check out the commit that its run.json names`;
        continue;
      }
      try {
        return bound(method, parse(method.schema, run.spec, `the spec of the run`));
      } catch (error) {
        // An evaluation of another method's runs has the same name.
        problem = (error as Error).message;
      }
    }
  throw new Error(problem);
}
