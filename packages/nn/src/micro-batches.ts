import { after, flattenTree, thisWorker, unflattenTree, type Tree } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';

export interface MicroBatchOptions {
  /** Images of a step. */
  readonly batch: number;
  /** Images that pass through the network of a process at once; undefined: all of its share. */
  readonly microBatch: number | undefined;
  /** Parts of the batch that batch norm normalises each by its own statistics; 1: the whole batch at once. */
  readonly groups: number;
  /** Processes that share the batch. Default: as many as compute together. */
  readonly workers?: number;
}

/**
 * How many micro-batches a step takes in each process.
 *
 * @throws Error unless micro-batches divide a process's share of the batch, and hold whole groups of batch norm: a part of
 * a group has other statistics, so that sums over parts would be another step, not the same one in less memory. One group
 * over several processes, whose statistics they exchange, is no group for micro-batches.
 */
export function microBatchCount(options: MicroBatchOptions): number {
  const { batch, groups, workers = thisWorker().workers } = options;
  const share = batch / workers;
  const { microBatch = share } = options;
  if (batch % groups !== 0)
    throw new Error(
      `a batch of ${batch} cannot be normalised in ${groups} equal groups: choose network.batchNorm.groups so that it divides the batch`,
    );
  if (batch % workers !== 0 || (groups > 1 && groups % workers !== 0))
    throw new Error(
      `a batch of ${batch} in ${groups} groups of batch norm cannot be shared by ${workers} processes: take a number of them that divides both`,
    );
  if (!Number.isInteger(microBatch) || microBatch < 1 || share % microBatch !== 0)
    throw new Error(
      `micro-batches must divide ${workers === 1 ? 'the batch' : `the share of each of ${workers} processes`}: ${share} images do not split into parts of ${microBatch}`,
    );
  if (microBatch === share) return 1;
  const group = batch / groups;
  if (microBatch % group === 0) return share / microBatch;
  const reason = groups === 1 ? `the whole batch of ${batch}` : `${group} images`;
  const way =
    groups === 1
      ? `Train on a smaller batch${workers === 1 ? '' : ', or in more processes'}.`
      : `Take a multiple of ${group} that divides ${share}.`;
  throw new Error(
    `micro-batches of ${microBatch} would change what is learnt: batch norm normalises ${reason} together, and every ` +
      `gradient depends on those statistics. ${way}`,
  );
}

/** What one micro-batch gives. */
export interface PartialResult<Means extends Tree<tf.Tensor>, Rows extends Tree<tf.Tensor>> {
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
 * @param inputs tensors `[batch, …]`.
 */
export function overMicroBatches<
  Inputs extends Tree<tf.Tensor>,
  Means extends Tree<tf.Tensor>,
  Rows extends Tree<tf.Tensor>,
>(count: number, inputs: Inputs, part: (inputs: Inputs) => PartialResult<Means, Rows>): PartialResult<Means, Rows> {
  if (count === 1) return part(inputs);
  let done: PartialResult<Means, Rows[]> | undefined;
  for (let at = 0; at < count; at++) {
    const waits = done === undefined ? [] : leaves({ sums: done.means, rows: done.rows.at(-1)! });
    const one = part(zipped([inputs], ([x]) => slice(waits.length === 0 ? x! : after(x!, waits), at, count)));
    done =
      done === undefined
        ? { means: one.means, rows: [one.rows] }
        : {
            means: zipped([done.means, one.means], ([sum, mean]) => tf.add(sum!, mean!)),
            rows: [...done.rows, one.rows],
          };
  }
  return {
    means: zipped([done!.means], ([sum]) => tf.div(sum!, count)),
    rows: zipped(done!.rows, (parts) => tf.concat(parts)),
  };
}

function slice(x: tf.Tensor, at: number, count: number): tf.Tensor {
  const [batch, ...row] = x.shape as [number, ...number[]];
  return tf.slice(x, [(at * batch) / count, ...row.map(() => 0)], [batch / count, ...row]);
}

function leaves(tree: Tree<tf.Tensor>): tf.Tensor[] {
  return flattenTree(tree, 'micro-batch').leaves as tf.Tensor[];
}

/** One tree of trees with one structure. */
function zipped<T extends Tree<tf.Tensor>>(trees: readonly T[], combine: (leaves: tf.Tensor[]) => tf.Tensor): T {
  const lists = trees.map(leaves);
  const { structure, leaves: first } = flattenTree(trees[0], 'micro-batch');
  return unflattenTree(
    structure,
    // `!`: the parts have one structure, as they come of one function.
    first.map((_, i) => combine(lists.map((list) => list[i]!))),
  ) as T;
}
