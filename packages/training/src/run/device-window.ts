import { addFloat64, holdFloat64, readFloat64, type HostTensor } from '@spatial-ensemble/engine';
import type { Window } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import type { Place } from './metric-vector.ts';

/** The metrics of the steps since the last line, which stay on the device beside the method's state. */
export interface DeviceWindow<T = tf.Tensor> {
  /** Sums over the steps, in float64: the bits of sums on the host. */
  readonly sums: T;
  /** The metrics of the last step, float32 `[n]`; of the first bad one, once there was one: it is there to be named. */
  readonly last: T;
}

/** A window with what was saved of it. */
export function openWindow(
  places: readonly Place[],
  { sums, counts }: Pick<Window, 'sums' | 'counts'>,
): DeviceWindow<HostTensor> {
  const values = places.flatMap(({ name, count }) => [
    sums[name] ?? 0,
    ...(count === undefined ? [] : [counts[name] ?? 0]),
  ]);
  return {
    sums: holdFloat64(values),
    last: { data: Float32Array.from(values), shape: [values.length] },
  };
}

/**
 * A window with one more step, as part of that step.
 *
 * @param metrics the step's, float32 `[n]`
 * @returns `sound`: 1 while all metrics of all steps are finite, float32 scalar
 */
export function addedTo(
  { sums, last }: DeviceWindow,
  metrics: tf.Tensor,
): { readonly window: DeviceWindow; readonly sound: tf.Tensor } {
  const kept = tf.where(allFinite(last), metrics, last);
  return {
    window: { sums: addFloat64(sums, metrics), last: kept },
    sound: tf.cast(allFinite(kept), 'float32'),
  };
}

function allFinite(x: tf.Tensor): tf.Tensor {
  return tf.all(tf.isFinite(x));
}

/**
 * Reads a window as it is after the steps that were begun by now; steps that are begun meanwhile may write it.
 *
 * @param count its steps
 * @param shown the metrics that the step shows
 */
export async function readWindow(
  { sums, last }: DeviceWindow,
  count: number,
  shown: readonly Place[],
): Promise<Window> {
  const [bits, values] = await Promise.all([sums.data(), last.data()]);
  const totals = readFloat64(bits as Float32Array);
  // `!`: the vectors have a number for each place.
  return {
    count,
    sums: Object.fromEntries(
      shown.map(({ name, summed, sum }) => [name, summed === 'last' ? values[sum]! : totals[sum]!]),
    ),
    counts: Object.fromEntries(
      shown.flatMap(({ name, summed, count: at }) =>
        summed === 'mean' ? [] : [[name, summed === 'last' || at === undefined ? 1 : totals[at]!]],
      ),
    ),
  };
}

/** Of the metrics of a bad step, the first that is no finite number. */
export async function firstBroken(
  { last }: DeviceWindow,
  places: readonly Place[],
): Promise<{ readonly name: string; readonly value: number } | undefined> {
  const values = await last.data();
  const numbers = places.flatMap(({ name, sum, count }) =>
    [sum, ...(count === undefined ? [] : [count])].map((at) => ({ name, value: values[at]! })),
  );
  return numbers.find(({ value }) => !Number.isFinite(value));
}
