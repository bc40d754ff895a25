import { knownImages, type DeclaredData } from '@spatial-ensemble/datasets';
import { countStep, firstWeights, type StepCount } from '@spatial-ensemble/training';
import { boundRun } from './bound-run.ts';
import type { ResolvedRun } from './experiment.ts';
import type { StepFlops } from '@spatial-ensemble/study';

/** What steps come to, by the name of their evaluation; `undefined` is the run that they evaluate. */
export type StepCounts = ReadonlyMap<string | undefined, StepCount>;

/** Counts a step of a run and of its evaluations. Needs TensorFlow, and no images. */
export async function countSteps(run: ResolvedRun, microBatch?: number): Promise<StepCounts> {
  const machine = microBatch === undefined ? undefined : { microBatch };
  const counted = new Map<string | undefined, StepCount>();
  for (const one of [run, ...run.evaluations]) {
    const shape = knownImages(one.dataSet, one.data as DeclaredData);
    const from = one === run ? {} : { from: firstWeights({ bound: boundRun(run), seed: run.seeds }) };
    counted.set(one.evaluation, await countStep({ bound: boundRun(one, machine), seed: one.seeds, shape, ...from }));
  }
  return counted;
}

/** The operations alone. Arms differ in their teachers, whose arithmetic is not counted: one run stands for all. */
export function flopsOf(counts: StepCounts): StepFlops {
  return new Map([...counts].map(([name, { flops }]) => [name, flops]));
}
