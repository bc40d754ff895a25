import { type JsonObject, leaves, parse, type RunSpec, shortIdentity, identity } from '@spatial-ensemble/record';
import { bound, type Bound } from '@spatial-ensemble/training';
import { boundRun } from './bound-run.ts';
import type { ResolvedRun } from './experiment.ts';

/**
 * A run may go on from another one that does the same with another arithmetic, or is shorter and does the same until
 * then.
 *
 * @param step updates that the other one has done.
 * @throws Error that says what differs
 */
export function refuseOther(parent: RunSpec, child: RunSpec, run: ResolvedRun, step: number): void {
  const name = `--continue-from: run ${shortIdentity(identity(parent))}`;
  const differs = differences(parent, child);
  const length = lengthOf(parent, run, differs);
  if (differs.length > 0 && length === undefined)
    throw new Error(
      `${name} is another one than this: ${differs.join(', ')} ${differs.length === 1 ? 'differs' : 'differ'}. A run goes on from one that differs in its arithmetic or its length alone.`,
    );
  if (identity(parent) === identity(child))
    throw new Error(`${name} is this very run: the same command without --continue-from goes on with it.`);
  if (step >= run.steps)
    throw new Error(
      `${name} has done ${step} steps at that, and this one ends after ${run.steps}: nothing is left to do.`,
    );
  if (length !== undefined) refuseSchedules(name, length, boundRun(run), step);
}

/** What differs between two runs beside their arithmetic, what they go on from, and how they are looked at. */
function differences(parent: RunSpec, child: RunSpec): string[] {
  const parts = [parent, child].map((spec) => {
    const { arithmetic: _a, segments: _s, testPoints: _t, measurements: _m, ...rest } = spec;
    return new Map(leaves(rest).map(([path, value]) => [path, JSON.stringify(value)]));
  });
  const [before, now] = parts as [Map<string, string>, Map<string, string>];
  const paths = new Set([...before.keys(), ...now.keys()]);
  return [...paths].filter((path) => before.get(path) !== now.get(path));
}

/** The other run, where the one thing that differs is how long it is, and it is the shorter one. */
function lengthOf(parent: RunSpec, { method, steps }: ResolvedRun, differs: readonly string[]): Bound | undefined {
  const [path, ...others] = differs;
  if (path === undefined || others.length > 0 || !path.startsWith('spec.')) return undefined;
  const spec = parse(method.schema, parent.spec as JsonObject, 'the spec of the run that is gone on from');
  const shorter = bound(method, spec);
  return shorter.steps < steps ? shorter : undefined;
}

/** @throws Error where the first steps of the longer run are not those that the shorter one took */
function refuseSchedules(name: string, shorter: Bound, longer: Bound, steps: number): void {
  if (JSON.stringify(shorter.trainable.streams) !== JSON.stringify(longer.trainable.streams))
    throw new Error(`${name} takes other batches than a run of ${longer.steps} steps: train that from its beginning.`);
  for (let step = 0; step < steps; step += 1) {
    const [before, now] = [shorter.trainable.at(step), longer.trainable.at(step)];
    const scalar = Object.keys(now).find((one) => before[one] !== now[one]);
    if (scalar !== undefined)
      throw new Error(
        `${name} cannot be prolonged: its schedule depends on its length. In step ${step + 1} ${scalar} was ${before[scalar]}, and of a run of ${longer.steps} steps it is ${now[scalar]}. Train that from its beginning.`,
      );
  }
}
