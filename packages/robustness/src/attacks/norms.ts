import { draws, normal, uniform, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';

/** How far an attack may go: each value by epsilon (`linf`), or an image's difference by that length (`l2`). */
export const NORMS = ['linf', 'l2'] as const;
export type NormName = (typeof NORMS)[number];

/** What attacks need of a norm. Images are `[n, height, width, channels]`, pixels 0 to 1. */
export interface Norm {
  /** Images within epsilon of `clean`, and then with pixels 0 to 1. */
  project(images: tf.Tensor4D, clean: tf.Tensor4D, epsilon: tf.Scalar): tf.Tensor4D;
  /** The direction of length 1 in which the loss rises most. */
  steepest(gradient: tf.Tensor4D): tf.Tensor4D;
  /** In the ball of radius 1 (uniform in linf; of a uniform radius in l2) as PGD of torchattacks 3.5.1 starts: `n` values. */
  within(key: Key, n: number): Float32Array;
  /** On the border of the ball of radius 1 as AutoAttack's APGD starts: `n` values. */
  onBorder(key: Key, n: number): Float32Array;
  /** A random direction as far as a step of length 1 may go: a sign for each value, or one of that length. */
  extreme(key: Key, n: number): Float32Array;
  /** How far apart an image is from another, from their differences. */
  length(difference: Float32Array): number;
  /** How far apart two images of `n` values can be: within so much one can become any other. */
  across(n: number): number;
}

const linf: Norm = {
  project: (images, clean, epsilon) =>
    unit(tf.maximum(tf.minimum(images, tf.add(clean, epsilon)), tf.sub(clean, epsilon))),
  steepest: (gradient) => tf.sign(gradient),
  within: (key, n) => uniform(key, n).map((value) => 2 * value - 1),
  onBorder(key, n) {
    const values = linf.within(key, n);
    const most = linf.length(values);
    return values.map((value) => value / most);
  },
  extreme(key, n) {
    const drawn = draws(key);
    return Float32Array.from({ length: n }, () => (drawn.boolean(0.5) ? 1 : -1));
  },
  length: (difference) => difference.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  across: () => 1,
};

const l2: Norm = {
  project(images, clean, epsilon) {
    const difference: tf.Tensor4D = tf.sub(images, clean);
    const length = tf.maximum(lengths(difference), 1e-12);
    return unit(tf.add(clean, tf.mul(difference, tf.minimum(tf.div(epsilon, length), 1))));
  },
  steepest: (gradient) => tf.div(gradient, tf.add(lengths(gradient), 1e-12)),
  within(key, n) {
    const [share] = uniform(key.fold('radius'), 1) as unknown as readonly [number];
    return l2.onBorder(key, n).map((value) => share * value);
  },
  onBorder(key, n) {
    const values = normal(key, n);
    const length = l2.length(values);
    return values.map((value) => value / length);
  },
  extreme: (key, n) => l2.onBorder(key, n),
  length: (difference) => Math.sqrt(difference.reduce((sum, value) => sum + value * value, 0)),
  across: (n) => Math.sqrt(n),
};

export const norms: { readonly [name in NormName]: Norm } = { linf, l2 };

/** Cuts pixels to the range of images. */
export function unit(images: tf.Tensor): tf.Tensor4D {
  return tf.clipByValue(images, 0, 1) as tf.Tensor4D;
}

/** `[n, 1, 1, 1]` */
function lengths(images: tf.Tensor4D): tf.Tensor {
  return tf.sqrt(tf.sum(tf.square(images), [1, 2, 3], true));
}
