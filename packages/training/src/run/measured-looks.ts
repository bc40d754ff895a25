import type { LookedLine } from '@spatial-ensemble/record';
import { looksFit } from '../looks-fit.ts';
import type { LookedAt, WhileTraining } from '../measurement.ts';
import { encoderIn, featureTools, type MeasuredRun } from './feature-tools.ts';
import type { Measuring } from './measure.ts';

/** What the measurements of a run look at while it trains. */
export function whileTraining(measurings: readonly Measuring[]): WhileTraining[] {
  return measurings.flatMap(({ measurement, spec }) => measurement.whileTraining?.(spec) ?? []);
}

/** The series that come of it. */
export function measuredSeries(measurings: readonly Measuring[]): LookedAt[] {
  return whileTraining(measurings).flatMap(({ series }) => series);
}

/**
 * Refuses looks that cannot be, before the first step.
 *
 * @throws Error that says what to do
 */
export function refuseLooks({ bound, data }: Pick<MeasuredRun, 'bound' | 'data'>, all: readonly WhileTraining[]): void {
  const [heldOut, classes] = [data.split.heldOut.length, data.train.classes.length];
  for (const one of all) {
    // A run that is looked at before the last step of its spec may end before the second look.
    const steps = Math.max(one.every, bound.steps);
    const [problem] = looksFit(one, { steps, heldOut, classes });
    if (problem !== undefined) throw new Error(`${problem.key} of a measurement: ${problem.says}`);
  }
}

/** Measurements that look at a run while it trains. */
export interface MeasuredLooks {
  /** Whether one of them looks after so many updates. */
  isDue(done: number): boolean;
  /** What those find that look then. Reads the state, and changes nothing of it. */
  look(done: number, state: MeasuredRun['state']): Promise<LookedLine['values']>;
  dispose(): void;
}

/** @param all at least one; the encoder is compiled with their first look, and kept. */
export function measuredLooks(run: Omit<MeasuredRun, 'state'>, all: readonly WhileTraining[]): MeasuredLooks {
  const { steps } = run.bound;
  const due = (done: number) => all.filter(({ every }) => done % every === 0 || done === steps);
  const encoder = encoderIn(run.bound);
  return {
    isDue: (done) => due(done).length > 0,
    async look(done, state) {
      const tools = featureTools({ ...run, state }, encoder);
      let values: LookedLine['values'] = {};
      for (const { look } of due(done)) values = { ...values, ...(await look(tools)) };
      return values;
    },
    dispose: () => encoder?.dispose(),
  };
}
