import { after } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from './variables.ts';

export interface MicroBatchOptions {
  /** Images of a step. */
  readonly batch: number;
  /** Images that pass through the network at once; undefined: all. */
  readonly microBatch: number | undefined;
  /** Images that batch norm normalises together: `batch` over its groups. */
  readonly normBatch: number;
}

/**
 * How many micro-batches a step takes.
 *
 * @throws Error unless micro-batches divide the batch, and hold whole batches of batch norm: a part of one has other
 * statistics, so that sums over parts would be another step, not the same one in less memory.
 */
export function microBatchCount({ batch, microBatch = batch, normBatch }: MicroBatchOptions): number {
  if (!Number.isInteger(microBatch) || microBatch < 1 || batch % microBatch !== 0)
    throw new Error(`micro-batches must divide the batch: ${batch} images do not split into parts of ${microBatch}`);
  if (microBatch % normBatch === 0) return batch / microBatch;
  const [reason, way] =
    normBatch === batch
      ? ['the whole batch', 'Train on a smaller batch, or declare batch norm in groups where the method has them.']
      : [`${normBatch} images`, `Take a multiple of ${normBatch} that divides ${batch}.`];
  throw new Error(
    `micro-batches of ${microBatch} would change what is learnt: batch norm normalises ${reason} together, and every ` +
      `gradient depends on those statistics. ${way}`,
  );
}

/** What one micro-batch gives. */
export interface PartialResult<Means extends Tensors, Rows extends Tensors> {
  /** Means over the images of the micro-batch: loss, gradients, running statistics renewed from the same old ones. */
  readonly means: Means;
  /** One row an image. */
  readonly rows: Rows;
}

/**
 * Runs `part` on one micro-batch after the other: means are averaged, rows put together again in their order. The
 * micro-batches have equal sizes, so means over them are means over the batch, and running statistics move as they
 * would at once. In a compiled step each waits until the one before is added up, so that intermediate values take the
 * memory of one micro-batch.
 *
 * @param count from `microBatchCount`; 1 is `part` itself.
 * @param inputs by name, `[batch, …]`.
 */
export function overMicroBatches<Inputs extends Tensors, Means extends Tensors, Rows extends Tensors>(
  count: number,
  inputs: Inputs,
  part: (inputs: Inputs) => PartialResult<Means, Rows>,
): PartialResult<Means, Rows> {
  if (count === 1) return part(inputs);
  let sums: Tensors | undefined;
  const rows: Rows[] = [];
  for (let at = 0; at < count; at++) {
    const done = [...Object.values(sums ?? {}), ...Object.values(rows.at(-1) ?? {})];
    const one = part(mapped(inputs, (x) => slice(done.length === 0 ? x : after(x, done), at, count)));
    const before = sums;
    sums = before === undefined ? one.means : mapped(one.means, (mean, name) => tf.add(before[name]!, mean));
    rows.push(one.rows);
  }
  return {
    means: mapped(sums as Means, (sum) => tf.div(sum, count)),
    rows: mapped(rows[0]!, (_, name) => tf.concat(rows.map((one) => one[name]!))),
  };
}

function slice(x: tf.Tensor, at: number, count: number): tf.Tensor {
  const size = x.shape[0]! / count;
  return tf.slice(x, [at * size, ...x.shape.slice(1).map(() => 0)], [size, ...x.shape.slice(1)]);
}

function mapped<T extends Tensors>(tensors: T, change: (tensor: tf.Tensor, name: string) => tf.Tensor): T {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)])) as T;
}
