import { seriesKey, type LookedLine } from '@spatial-ensemble/record';
import { looksFit } from '../looks-fit.ts';
import type { LookedAt, WhileTraining } from '../measurement.ts';
import { encoderIn, featureTools, withoutTest, type MeasuredRun } from './feature-tools.ts';
import type { Measuring } from './measure.ts';

/** What a measurement looks at, and how `--set` names the measurement. */
interface NamedLooks extends WhileTraining {
  readonly key: string;
}

/** What the measurements of a run look at while it trains. */
export function whileTraining(measurings: readonly Measuring[]): NamedLooks[] {
  return measurings.flatMap(({ name, measurement, spec }) => {
    const looks = measurement.whileTraining?.(spec);
    return looks === undefined ? [] : [{ ...looks, key: `measurements.${name}` }];
  });
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
export function refuseLooks({ bound, data }: Pick<MeasuredRun, 'bound' | 'data'>, all: readonly NamedLooks[]): void {
  const [heldOut, classes] = [data.split.heldOut.length, data.train.classes.length];
  for (const one of all) {
    // A run may end before the last step of its spec, and before its second look too: fewer steps than `every` are no fault.
    const steps = Math.max(one.every, bound.steps);
    const [problem] = looksFit(one, { steps, heldOut, classes });
    if (problem === undefined) continue;
    const key = `${one.key}.${problem.key}`;
    throw new Error(`${key}: ${problem.says.replaceAll(`--set ${problem.key}=`, `--set ${key}=`)}`);
  }
  const owners = new Map<string, string>();
  for (const { key, series } of all)
    for (const made of series.map(seriesKey)) {
      const owner = owners.get(made);
      if (owner !== undefined)
        throw new Error(
          `${key} makes the series '${made}' while the run trains, and ${owner === key ? 'names it twice' : `so does ${owner}`}: give one of them another name`,
        );
      owners.set(made, key);
    }
}

/** Measurements that look at a run while it trains. */
export interface MeasuredLooks {
  /** Whether one of them looks after so many updates. */
  isDue(done: number): boolean;
  /**
   * What those find that look then. Reads the state, and changes nothing of it.
   *
   * @throws Error where one looks at test images, or finds other than a number for each of its series
   */
  look(done: number, state: MeasuredRun['state']): Promise<LookedLine['values']>;
  dispose(): void;
}

/** @param all may be none, of which none is ever due. The encoder is compiled with the first look, and kept. */
export function measuredLooks(run: Omit<MeasuredRun, 'state'>, all: readonly NamedLooks[]): MeasuredLooks {
  const { steps } = run.bound;
  const due = (done: number) => all.filter(({ every }) => done % every === 0 || done === steps);
  const encoder = encoderIn(run.bound);
  return {
    isDue: (done) => due(done).length > 0,
    async look(done, state) {
      const tools = featureTools({ ...run, state }, encoder);
      let values: LookedLine['values'] = {};
      for (const one of due(done)) values = { ...values, ...checked(one, await one.look(withoutTest(tools, one.key))) };
      return values;
    },
    dispose: () => encoder?.dispose(),
  };
}

/** What a look found, if it is a number for each of its series. */
function checked({ key, series }: NamedLooks, found: LookedLine['values']): LookedLine['values'] {
  const asked = series.map(seriesKey);
  const missing = asked.filter((one) => !Object.hasOwn(found, one));
  const unknown = Object.keys(found).filter((one) => !asked.includes(one));
  const notFinite = Object.entries(found).filter(([, value]) => !Number.isFinite(value));
  const wrong = [
    ...missing.map((one) => `'${one}' is missing`),
    ...unknown.map((one) => `'${one}' is none of its series`),
    ...notFinite.map(([one, value]) => `'${one}' is ${String(value)}, which is no finite number`),
  ];
  if (wrong.length === 0) return found;
  throw new Error(`what ${key} found while the run trains is not valid: ${wrong.join('; ')}`);
}
