import type { HostTensor } from '@spatial-ensemble/engine';
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
export function knn(request: KnnRequest): KnnOutcome {
  check(request);
  const { queryLabels } = request;
  const predicted = new Int32Array(queryLabels.length);
  tf.tidy(() => predict(request, predicted));
  const right = predicted.reduce((count, label, i) => count + (label === queryLabels[i] ? 1 : 0), 0);
  return { top1: (100 * right) / queryLabels.length, predicted };
}

/** Fills in the predicted classes. `]!`: every block of queries has met the bank, in which `check` has seen an image. */
function predict(
  { bank, bankLabels, queries, classes, k, temperature, blocks = BLOCKS }: KnnRequest,
  predicted: Int32Array,
): void {
  const [n, q] = [bankLabels.length, predicted.length];
  const rows = Math.min(n, Math.max(k, blocks.bankRows));
  const places = ranges(q, Math.max(1, Math.floor(blocks.values / Math.max(rows, k * classes))));
  const nearest: Nearest[] = [];
  for (const [from, to] of ranges(n, rows)) {
    const known = unitRows(bank, from, to, 'the bank');
    const labels = tf.tensor1d(bankLabels.subarray(from, to), 'int32');
    places.forEach(([first, last], block) => {
      const before = nearest[block];
      nearest[block] = tf.tidy(() => nearer(unitRows(queries, first, last, 'the queries'), known, labels, k, before));
      tf.dispose(before ?? []);
    });
    tf.dispose([known, labels]);
  }
  places.forEach(([first], block) => {
    const best = tf.tidy(() => tf.argMax(votes(nearest[block]!, classes, temperature), 1));
    predicted.set(best.dataSync(), first);
  });
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

/**
 * Rows of a host tensor, each divided by its length; a row of zeros stays zero, and is similar to nothing. `]!`: `check`
 * has seen `[n, f]`.
 */
function unitRows({ data, shape }: HostTensor, from: number, to: number, whose: string): tf.Tensor2D {
  const width = shape[1]!;
  return tf.tidy(() => {
    const x = tf.tensor2d((data as Float32Array).subarray(from * width, to * width), [to - from, width]);
    if (tf.all(tf.isFinite(x)).dataSync()[0] !== 1)
      throw new Error(`a feature of ${whose} is not finite: the encoder has diverged`);
    return tf.div(x, tf.maximum(tf.norm(x, 2, 1, true), 1e-12));
  });
}

/** 0 … n in pieces of `size`, the last one shorter. */
function ranges(n: number, size: number): (readonly [number, number])[] {
  return Array.from({ length: Math.ceil(n / size) }, (_, i) => [i * size, Math.min(n, (i + 1) * size)]);
}

function check({ bank, bankLabels, queries, queryLabels, classes, k, temperature }: KnnRequest): void {
  const shapes: [string, HostTensor, Int32Array][] = [
    ['the bank', bank, bankLabels],
    ['the queries', queries, queryLabels],
  ];
  for (const [name, { data, shape }, labels] of shapes) {
    if (shape.length !== 2 || shape[0] !== labels.length || shape[0] === 0 || !(data instanceof Float32Array))
      throw new RangeError(
        `${name} must be float32 [n, f] with n labels, n at least 1; got [${shape.join(', ')}] and ${labels.length} labels`,
      );
    const stranger = labels.find((label) => label < 0 || label >= classes);
    if (stranger !== undefined)
      throw new RangeError(`${name} has an image of class ${stranger}, and there are ${classes} classes, from 0`);
  }
  if (bank.shape[1] !== queries.shape[1])
    throw new RangeError(
      `bank and queries must have the same features, got ${bank.shape[1]} and ${queries.shape[1]} an image`,
    );
  if (!Number.isInteger(k) || k < 1 || k > bankLabels.length)
    throw new RangeError(`k must be a whole number from 1 to the ${bankLabels.length} images of the bank, got ${k}`);
  if (!(temperature > 0)) throw new RangeError(`the temperature must be above 0, got ${temperature}`);
}
