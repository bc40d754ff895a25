import type { HostTensor } from '@spatial-ensemble/engine';
import type { Draws } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Size, Told } from './attack.ts';

/** What of Square depends on the norm. */
export interface Squares {
  /** Where one image begins, as a change by epsilon 1: as many values as the image has. */
  first(drawn: Draws, size: Size): Float32Array;
  /**
   * What a step draws of the whole batch.
   *
   * @param drawn one for each image
   * @param share of the image that a square covers
   */
  drawn(drawn: readonly Draws[], share: number, size: Size): { readonly [name: string]: HostTensor };
  /** The images with their squares changed, within epsilon and with pixels 0 to 1. */
  tried(found: tf.Tensor4D, images: tf.Tensor4D, told: Told): tf.Tensor4D;
}

/** 1 or −1. */
export function sign(drawn: Draws): number {
  return drawn.boolean(0.5) ? 1 : -1;
}

/** 1 where a pixel lies in a square of `side` pixels, `[n, height, width, 1]`. */
export function inSquare(
  [, height, width]: tf.Tensor4D['shape'],
  top: tf.Tensor,
  left: tf.Tensor,
  side: tf.Tensor,
): tf.Tensor {
  // prettier-ignore
  const inRows = inside(height, top, side);
  const inColumns = inside(width, left, side);
  return tf.mul(tf.reshape(inRows, [-1, height, 1, 1]), tf.reshape(inColumns, [-1, 1, width, 1]));
}

/** 1 where a place from 0 to `length` lies within `side` of `from`, `[n, length]`. */
function inside(length: number, from: tf.Tensor, side: tf.Tensor): tf.Tensor {
  const places = tf.sub(tf.reshape(tf.range(0, length, 1, 'float32'), [1, length]), tf.reshape(from, [-1, 1]));
  return tf.cast(tf.logicalAnd(tf.greaterEqual(places, 0), tf.less(places, side)), 'float32');
}
