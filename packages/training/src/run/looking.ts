import type { Seed } from '@spatial-ensemble/random';
import type { LookedLine, MetricsLine, Score } from '@spatial-ensemble/record';
import type { Bound } from '../bound.ts';
import type { RunData } from '../data.ts';
import type { State } from '../method.ts';
import { cadenceOf } from './cadence.ts';
import { scorerOf } from './evaluate.ts';
import type { Looked, LookingSession } from './evaluation-batches.ts';
import { HELD_OUT } from './held-out.ts';
import type { Measuring } from './measure.ts';
import { measuredLooks, whileTraining } from './measured-looks.ts';
import type { Listener } from './moment.ts';
import type { RunPort } from './port.ts';

/** Something that is looked at without training, and when. */
interface Look {
  readonly kind: LookedLine['kind'];
  isDue(done: number): boolean;
  values(done: number, state: State): Promise<LookedLine['values']>;
}

/** How a run looks at images. */
export interface LookingOptions {
  readonly bound: Bound;
  readonly seed: Seed;
  readonly data: RunData;
  readonly port: RunPort;
  /** The test set is looked at so many times, at the end of the run; 1: after the last step only. */
  readonly testPoints: number;
  /** Those of them that look before the last step do. */
  readonly measurings: readonly Measuring[];
  /** Does what may fail for an image. */
  orSaved<T>(what: string, work: () => Promise<T>): Promise<T>;
  readonly session: LookingSession;
}

/**
 * A listener that looks at images: held-out ones at every point of a series, what measurements ask for while the run
 * trains, the test set where rules ask for it. Each reads the state, and the next step is the same with it and without.
 */
export function looking(options: LookingOptions): { readonly listener: Listener; dispose(): void } {
  const { port, orSaved } = options;
  const { looks, dispose } = looksOf(options);
  // A run that was left at a look, for a damaged image or because the user wanted it, was saved before it.
  const before: readonly MetricsLine[] = port.lines().filter(({ step }) => step === (port.saved?.step ?? 0));
  return {
    async listener({ done, taken, settled }) {
      for (const { kind, isDue, values } of looks) {
        if (!isDue(done) || (taken === 0 && before.some((line) => line.kind === kind))) continue;
        const state = await settled();
        await orSaved(`the look at images after step ${done}`, async () => {
          port.append({ kind, step: done, values: await values(done, state) });
        });
      }
      return undefined;
    },
    dispose,
  };
}

function looksOf(options: LookingOptions): { readonly looks: readonly Look[]; dispose(): void } {
  const { bound, seed, data, testPoints, session } = options;
  const { scores, steps, trainable } = bound;
  const cadence = cadenceOf(steps);
  const scorer = scorerOf(bound);
  const scored =
    (asked: readonly Score[], images: Pick<Looked, 'set' | 'indices'>): Look['values'] =>
    (_, state) => {
      const looked = { ...images, view: trainable.classifies?.view ?? [], ...session };
      return scorer.score(asked, trainable.student(state), trainable.teacher(state), looked);
    };
  const heldOut: Look = {
    kind: 'held-out',
    isDue: (done) => done % cadence.points === 0 || done === steps,
    values: scored(
      HELD_OUT.map(({ score }) => score),
      { set: data.train, indices: data.split.heldOut },
    ),
  };
  const test: Look = {
    kind: 'test',
    isDue: (done) => isTestDue(bound, testPoints, done),
    values: scored(scores, { set: data.test }),
  };
  const asked = whileTraining(options.measurings);
  const measured = measuredLooks({ bound, seed, data, looking: session }, asked);
  return {
    looks: [
      ...(trainable.classifies !== undefined && data.split.heldOut.length > 0 ? [heldOut] : []),
      ...(asked.length > 0 ? [{ kind: 'measured' as const, isDue: measured.isDue, values: measured.look }] : []),
      ...(scores.length > 0 ? [test] : []),
    ],
    dispose() {
      scorer.dispose();
      measured.dispose();
    },
  };
}

/** Whether the test images are looked at after so many updates of a run that is tested so many times. */
export function isTestDue(
  { scores, steps }: Pick<Bound, 'scores' | 'steps'>,
  testPoints: number,
  done: number,
): boolean {
  return (
    (done > 0 || steps === 0) &&
    (done % (bestEveryOf(scores) ?? Infinity) === 0 || cadenceOf(steps).isTestPoint(done, testPoints))
  );
}

/** The steps between evaluations of which the best is reported beside the last; undefined: the last alone. */
export function bestEveryOf(scores: readonly Score[]): number | undefined {
  const all = scores.flatMap(({ bestEvery }) => bestEvery ?? []);
  return all.length === 0 ? undefined : Math.min(...all);
}
