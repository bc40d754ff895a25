import type { MetricsLine, Score } from '@spatial-ensemble/record';
import type { Bound } from '../bound.ts';
import type { RunData } from '../data.ts';
import { cadenceOf } from './cadence.ts';
import { scorerOf } from './evaluate.ts';
import type { Looked, LookingSession } from './evaluation-batches.ts';
import { HELD_OUT } from './held-out.ts';
import type { Listener, Moment } from './moment.ts';
import type { RunPort } from './port.ts';

/** Which images are looked at without training, and when. */
interface Look {
  readonly kind: 'held-out' | 'test';
  readonly asked: readonly Score[];
  readonly images: Pick<Looked, 'set' | 'indices'>;
  isDue(moment: Moment): boolean;
}

/** How a run looks at images. */
export interface LookingOptions {
  readonly bound: Bound;
  readonly data: RunData;
  readonly port: RunPort;
  /** The test set is looked at so many times, at the end of the run; 1: after the last step only. */
  readonly testPoints: number;
  /** Does what may fail for an image. */
  orSaved<T>(what: string, work: () => Promise<T>): Promise<T>;
  readonly session: LookingSession;
}

/** A listener that looks at images: held-out ones at every point of a series, the test set where rules ask for it. */
export function looking(options: LookingOptions): { readonly listener: Listener; dispose(): void } {
  const { bound, port, orSaved, session } = options;
  const { trainable } = bound;
  const scorer = scorerOf(bound);
  const looks = looksOf(options);
  // A run that was left at a look, for a damaged image or because the user wanted it, was saved before it.
  const before: readonly MetricsLine[] = port.lines().filter(({ step }) => step === (port.saved?.step ?? 0));
  return {
    async listener(moment) {
      const { done, taken } = moment;
      for (const { kind, asked, images, isDue } of looks) {
        if (!isDue(moment) || (taken === 0 && before.some((line) => line.kind === kind))) continue;
        const state = await moment.settled();
        await orSaved(`the look at images after step ${done}`, async () => {
          const view = trainable.classifies?.view ?? [];
          const looked = { ...images, view, ...session };
          const values = await scorer.score(asked, trainable.student(state), trainable.teacher(state), looked);
          port.append({ kind, step: done, values });
        });
      }
      return undefined;
    },
    dispose: () => scorer.dispose(),
  };
}

function looksOf({ bound, data, testPoints }: LookingOptions): Look[] {
  const { scores, steps, trainable } = bound;
  const cadence = cadenceOf(steps);
  const heldOut: Look = {
    kind: 'held-out',
    asked: HELD_OUT.map(({ score }) => score),
    images: { set: data.train, indices: data.split.heldOut },
    isDue: ({ done }) => done % cadence.points === 0 || done === steps,
  };
  const test: Look = {
    kind: 'test',
    asked: scores,
    images: { set: data.test },
    isDue: ({ done }) => isTestDue(bound, testPoints, done),
  };
  return [
    ...(trainable.classifies !== undefined && data.split.heldOut.length > 0 ? [heldOut] : []),
    ...(scores.length > 0 ? [test] : []),
  ];
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
