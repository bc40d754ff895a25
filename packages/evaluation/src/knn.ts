import { gatherNumbers, thisWorker, type HostTensor, type Worker } from '@spatial-ensemble/engine';
import type { SharedRows } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';

/** Features and the classes of their images. */
export interface KnnRequest {
  /** float32 `[n, f]` of the images that are known. */
  readonly bank: HostTensor;
  /** int32 `[n]`, from 0. */
  readonly bankLabels: Int32Array;
  /** float32 `[q, f]` of the images that are asked about. */
  readonly queries: HostTensor;
  /** int32 `[q]` */
  readonly queryLabels: Int32Array;
  readonly classes: number;
  /** Neighbours that vote; at most as many as the bank has. */
  readonly k: number;
  /** Of the votes, above 0: a neighbour of cosine similarity s weighs exp(s / temperature). */
  readonly temperature: number;
  /** Bounds of memory; they change no prediction. */
  readonly blocks?: Blocks;
}

/** How much is looked at in one go. */
export interface Blocks {
  /** Rows of the bank. */
  readonly bankRows: number;
  /** Values of the largest tensor that is made of a block of queries. */
  readonly values: number;
}

export interface KnnOutcome {
  /** % of the queries whose class has most votes. */
  readonly top1: number;
  /** The class with most votes of each query, int32 `[q]`; the lowest of equals. */
  readonly predicted: Int32Array;
}

const BLOCKS: Blocks = { bankRows: 65_536, values: 2 ** 24 };

/** Of a bank of which each process has a part; the rest is the same in all. */
export type SharedKnnRequest = Omit<KnnRequest, 'bank'> & { readonly bank: SharedRows };

/**
 * Weighted k nearest neighbours by cosine similarity (facebookresearch/moco@f7364915, the notebook of CIFAR-10,
 * `knn_predict`): features are normalised to length 1, the k most similar of the bank vote for their class
 * with exp(s / temperature), and the class with most votes is predicted. Of equally similar neighbours the earlier one
 * of the bank is nearer.
 *
 * Runs on any backend of TensorFlow.js.
 *
 * @throws RangeError where k is not a whole number from 1 to the size of the bank, the temperature is not above 0,
 *   shapes do not match, or a label is not one of the classes.
 * @throws Error where a feature is not finite.
 */
export function knn({ bank, ...request }: KnnRequest): KnnOutcome {
  check(request, bank.shape);
  checkType(bank, 'the bank');
  const { queryLabels } = request;
  const predicted = new Int32Array(queryLabels.length);
  const right = tf.tidy(() => {
    const search = searchOf(request, { rank: 0, workers: 1 });
    for (const [from, to] of search.blocks) search.meet(rowsIn(bank, from, to), from);
    return search.predict(predicted);
  });
  return { top1: (100 * right) / queryLabels.length, predicted };
}

/**
 * `top1` of `knn`, to the bit, over all processes. Each looks for the neighbours of its share of the queries, whole blocks
 * of them, and meets the bank block by block: it holds its part of the bank, one block, and the queries.
 *
 * @throws as `knn`, in all processes
 */
export async function sharedTop1({ bank, ...request }: SharedKnnRequest): Promise<number> {
  check(request, bank.shape);
  const { queries, queryLabels } = request;
  if (!(queries.data as Float32Array).every(Number.isFinite)) throw notFinite('the queries');
  const search = searchOf(request, thisWorker());
  try {
    for (const [from, to] of search.blocks) search.meet(await bank.rows(from, to), from);
    const right = await gatherNumbers(search.predict(new Int32Array(queryLabels.length)));
    return (100 * right.reduce((sum, own) => sum + own, 0)) / queryLabels.length;
  } finally {
    search.dispose();
  }
}

/** Neighbours of a process's share of the queries, as the bank passes by. */
interface Search {
  /** What of the bank is to be met, in order. */
  readonly blocks: readonly (readonly [number, number])[];
  /** @param bank such a block, which begins at `from` */
  meet(bank: HostTensor, from: number): void;
  /** Fills in the predicted classes of its queries. @returns how many are right */
  predict(predicted: Int32Array): number;
  dispose(): void;
}

/** `]!`: every block of queries has met the bank, in which `check` has seen an image. */
function searchOf(
  { bankLabels, queries, queryLabels, classes, k, temperature, blocks = BLOCKS }: Omit<KnnRequest, 'bank'>,
  { rank, workers }: Worker,
): Search {
  const [n, q] = [bankLabels.length, queryLabels.length];
  const rows = Math.min(n, Math.max(k, blocks.bankRows));
  const places = ranges(q, Math.max(1, Math.floor(blocks.values / Math.max(rows, k * classes)))).filter(
    (_, block) => block % workers === rank,
  );
  const nearest: Nearest[] = [];
  return {
    blocks: ranges(n, rows),
    meet(bank, from) {
      const known = unitRows(bank, 'the bank');
      const labels = tf.tensor1d(bankLabels.subarray(from, from + bank.shape[0]!), 'int32');
      places.forEach(([first, last], block) => {
        const before = nearest[block];
        const asked = (): tf.Tensor2D => unitRows(rowsIn(queries, first, last), 'the queries');
        nearest[block] = tf.tidy(() => nearer(asked(), known, labels, k, before));
        tf.dispose(before ?? []);
      });
      tf.dispose([known, labels]);
    },
    predict(predicted) {
      let right = 0;
      places.forEach(([first, last], block) => {
        const best = tf.tidy(() => tf.argMax(votes(nearest[block]!, classes, temperature), 1).dataSync());
        predicted.set(best, first);
        for (let i = first; i < last; i++) if (predicted[i] === queryLabels[i]) right++;
      });
      return right;
    },
    dispose: () => tf.dispose(nearest),
  };
}

/** The nearest of the rows seen so far, `[q, at most k]`, most similar first. */
type Nearest = { readonly similarity: tf.Tensor2D; readonly label: tf.Tensor2D };

/** The k nearest of `before` and of a block of the bank. */
function nearer(asked: tf.Tensor2D, known: tf.Tensor2D, labels: tf.Tensor1D, k: number, before?: Nearest): Nearest {
  const here = tf.topk(tf.matMul(asked, known, false, true), Math.min(k, known.shape[0]));
  const found = {
    similarity: here.values as tf.Tensor2D,
    label: tf.gather(labels, here.indices) as tf.Tensor as tf.Tensor2D,
  };
  if (before === undefined) return found;
  const similarity = tf.concat([before.similarity, found.similarity], 1);
  const label = tf.concat([before.label, found.label], 1);
  const { values, indices } = tf.topk(similarity, Math.min(k, similarity.shape[1]));
  return { similarity: values as tf.Tensor2D, label: tf.gather(label, indices as tf.Tensor2D, 1, 1) };
}

/** Votes for each class, float32 `[q, classes]`, in units of the nearest one's: that alone keeps the exponential finite. */
function votes({ similarity, label }: Nearest, classes: number, temperature: number): tf.Tensor2D {
  const weight = tf.exp(tf.div(tf.sub(similarity, tf.max(similarity, 1, true)), temperature));
  const voted = tf.mul(tf.expandDims(weight, 2), tf.cast(tf.oneHot(label, classes), 'float32'));
  return tf.sum(voted, 1);
}

/** Rows of a host tensor, each divided by its length; a row of zeros stays zero, and is similar to nothing. */
function unitRows({ data, shape }: HostTensor, whose: string): tf.Tensor2D {
  return tf.tidy(() => {
    const x = tf.tensor2d(data as Float32Array, shape as [number, number]);
    if (tf.all(tf.isFinite(x)).dataSync()[0] !== 1) throw notFinite(whose);
    return tf.div(x, tf.maximum(tf.norm(x, 2, 1, true), 1e-12));
  });
}

function notFinite(whose: string): Error {
  return new Error(`a feature of ${whose} is not finite: the encoder has diverged`);
}

/** Rows `from` up to `to`, without a copy. `!`: `check` has seen `[n, f]`. */
function rowsIn({ data, shape }: HostTensor, from: number, to: number): HostTensor {
  const width = shape[1]!;
  return { data: (data as Float32Array).subarray(from * width, to * width), shape: [to - from, width] };
}

/** 0 … n in pieces of `size`, the last one shorter. */
function ranges(n: number, size: number): (readonly [number, number])[] {
  return Array.from({ length: Math.ceil(n / size) }, (_, i) => [i * size, Math.min(n, (i + 1) * size)]);
}

function checkType({ data }: HostTensor, whose: string): void {
  if (!(data instanceof Float32Array)) throw new RangeError(`${whose} must be float32, got ${data.constructor.name}`);
}

function check(
  { bankLabels, queries, queryLabels, classes, k, temperature }: Omit<KnnRequest, 'bank'>,
  bank: readonly number[],
): void {
  for (const [name, shape, labels] of [
    ['the bank', bank, bankLabels],
    ['the queries', queries.shape, queryLabels],
  ] as const) {
    if (shape.length !== 2 || shape[0] !== labels.length || shape[0] === 0)
      throw new RangeError(
        `${name} must be float32 [n, f] with n labels, n at least 1; got [${shape.join(', ')}] and ${labels.length} labels`,
      );
    const stranger = labels.find((label) => label < 0 || label >= classes);
    if (stranger !== undefined)
      throw new RangeError(`${name} has an image of class ${stranger}, and there are ${classes} classes, from 0`);
  }
  checkType(queries, 'the queries');
  if (bank[1] !== queries.shape[1])
    throw new RangeError(
      `bank and queries must have the same features, got ${bank[1]} and ${queries.shape[1]} an image`,
    );
  if (!Number.isInteger(k) || k < 1 || k > bankLabels.length)
    throw new RangeError(`k must be a whole number from 1 to the ${bankLabels.length} images of the bank, got ${k}`);
  if (!(temperature > 0)) throw new RangeError(`the temperature must be above 0, got ${temperature}`);
}
