import { fashionMnist } from '@spatial-ensemble/datasets';
import { seeds } from '@spatial-ensemble/random';
import { parse, type MeasurementRecipe } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { bound, type Bound } from '../bound.ts';
import { prepareData, type RunData } from '../data.ts';
import type { Measurement } from '../measurement.ts';
import type { Method } from '../method.ts';
import { lastWeights } from '../run/first-state.ts';
import type { Measuring } from '../run/measure.ts';
import { trainRun, type LoopOutcome } from '../run/loop.ts';
import { Killed, memoryPort, NOTHING, type Kept } from './memory-port.ts';

export const SEED = 1;
/** Test images that are looked at. */
const LOOKED_AT = 50;

/** A finished tiny run. */
export interface TinyRun {
  readonly bound: Bound;
  readonly outcome: LoopOutcome;
  /** What it left. */
  readonly kept: Kept;
}

/** How a tiny run is run. */
export interface TinyOptions {
  /** For a method that evaluates: the run whose weights it starts from. */
  readonly from?: TinyRun;
  /** The step whose save the process does not survive; default 2. */
  readonly killedAt?: number;
  /** What is measured besides that there are features: while the run trains, and after it. */
  readonly measurings?: readonly Measuring[];
}

/**
 * The test of a whole pipeline, for a method anywhere: its spec as `smoke` shrinks it is trained on the embedded grey
 * images, killed while it saves, gone on with, and trained once more without being killed. Both must end with the same
 * bits and the same lines of numbers, no tensor may be left behind, and features must be as many as the method says.
 * TensorFlow is whoever tests' to set up.
 *
 * @param input a spec as one writes it.
 * @returns the run that was not killed.
 * @throws SchemaError for a spec that the method refuses.
 * @throws Error that says what is not as it must be.
 */
export async function runTiny<Spec>(
  method: Method<Spec>,
  input: unknown,
  { from, killedAt = 2, measurings = [] }: TinyOptions = {},
): Promise<TinyRun> {
  const spec = parse(method.schema, method.smoke(parse(method.schema, input, method.name)), `${method.name}.smoke`);
  const tiny = bound(method, spec);
  if (tiny.steps <= killedAt)
    throw new Error(`${method.name}: a run of ${tiny.steps} steps cannot be killed at step ${killedAt} and go on`);
  const data = await tinyData(LOOKED_AT);
  const before = tf.memory().numTensors;
  const train = async (kept: Kept, diesAt?: number): Promise<TinyRun> => {
    const port = memoryPort(kept, diesAt);
    const outcome = await trainRun({
      run: {
        bound: tiny,
        seed: SEED,
        data,
        testPoints: 1,
        ...(from && { from: async () => lastWeights({ bound: from.bound, seed: SEED }, from.kept.saved) }),
        measurings: [
          ...(tiny.trainable.encodes === undefined
            ? []
            : [{ name: 'features', measurement: featuresOf(tiny), spec: {} }]),
          ...measurings,
        ],
      },
      port,
      machine: { precision: 'float32', xla: false, workers: 0 },
      session: { interrupted: () => false, onProgress: () => undefined },
    }).catch((error: unknown) => {
      if (error instanceof Killed) return undefined;
      throw error;
    });
    return { bound: tiny, outcome: outcome as LoopOutcome, kept: port.kept() };
  };

  const killed = await train(NOTHING, killedAt);
  if (killed.outcome !== undefined) throw new Error(`${method.name}: the run was to be killed, and ended`);
  const resumed = await train(killed.kept);
  const whole = await train(NOTHING);
  const [{ outcome: a }, { outcome: b }] = [resumed, whole];
  if (a.weights !== b.weights)
    throw new Error(`${method.name}: a run that was killed and went on ends with other bits than one that was not`);
  if (JSON.stringify(a.lines) !== JSON.stringify(b.lines))
    throw new Error(`${method.name}: a run that was killed and went on wrote other numbers than one that was not`);
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`${method.name}: ${left} tensors are left behind by three runs`);
  return whole;
}

/** The embedded grey images, so many of them to test on. */
export async function tinyData(testImages: number): Promise<RunData> {
  const declared = { source: 'fashion-mnist', images: 'embedded', labelled: 20, unlabelled: 'all', heldOut: 50 };
  const data = await prepareData({ dataSet: fashionMnist, data: declared }, seeds(SEED).split);
  return { ...data, test: { ...data.test, count: testImages } };
}

const Nothing = z.strictObject({});
const RECIPE: MeasurementRecipe<unknown> = { name: 'features', version: 1, schema: Nothing, makes: () => [] };

/** Looks at the features of student and teacher. */
function featuresOf({ name, trainable }: Bound): Measurement<unknown> {
  return {
    ...RECIPE,
    async measure(_, tools) {
      for (const whose of ['student', 'teacher'] as const) {
        const { shape, data } = await tools.features(whose, 'test', LOOKED_AT);
        if (shape[1] !== trainable.encodes?.features)
          throw new Error(
            `${name}: an image has ${shape[1]} features, and the method says ${trainable.encodes?.features}`,
          );
        if (![...data].every(Number.isFinite)) throw new Error(`${name}: a feature of the ${whose} is not finite`);
      }
      return [];
    },
  };
}
