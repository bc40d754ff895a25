import { hostScalar } from '@spatial-ensemble/engine';
import { draws, type Draws, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Attack } from './attack.ts';
import { margin } from './losses.ts';
import { norms, unit } from './norms.ts';

/** Options of Square. */
export interface SquareOptions {
  /** Looks at the classifier: one for each step. AutoAttack: 5,000. */
  readonly queries: number;
  readonly restarts: number;
  /** Share of the image that the first squares cover (Andriushchenko et al. 2020; AutoAttack: 0.8). */
  readonly share: number;
}

/** Where the share of the image is halved again, of 10,000 queries (Andriushchenko et al. 2020, section 4; its code). */
const HALVINGS = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000] as const;

/** The side in pixels of the square that a step changes. */
function sideAt(step: number, { queries, share }: SquareOptions, height: number, width: number): number {
  const at = Math.trunc((step / queries) * 10_000);
  const halved = HALVINGS.filter((from) => at > from).length;
  return Math.min(height, width, Math.max(1, Math.round(Math.sqrt((share / 2 ** halved) * height * width))));
}

/**
 * Square within L∞ (Andriushchenko et al. 2020, algorithm 1): the classifier's gradient is not asked for. It begins with
 * stripes of ±ε; each step moves a square by ±2 ε, back into the ball, and keeps what makes the margin smaller.
 *
 * DEVIATION (none): squares are drawn for each image by its own key, as in the paper's code; AutoAttack draws one for all
 * images of a batch, so that an image's outcome would depend on its neighbours'.
 */
export function square(options: SquareOptions): Attack {
  const { queries, restarts } = options;
  return {
    name: 'square',
    steps: queries,
    restarts,
    noise(key, { height, width, channels }) {
      const drawn = draws(key);
      const stripes = Float32Array.from({ length: width * channels }, () => sign(drawn));
      return Float32Array.from({ length: height * width * channels }, (_, i) => stripes[i % stripes.length]!);
    },
    start(logits, { images, labels }, { epsilon }, noise) {
      const found = unit(tf.add(images, tf.mul(epsilon, noise)));
      return { found, least: margin(logits(found), labels) };
    },
    step(logits, progress, { images, labels }, { epsilon, top, left, side, signs }) {
      // `!`: `start` and `at` give them.
      const [found, least] = [progress.found, progress['least']!];
      const [, height, width] = images.shape;
      const inRows = inside(height, top!, side!);
      const inColumns = inside(width, left!, side!);
      const mask = tf.mul(tf.reshape(inRows, [-1, height, 1, 1]), tf.reshape(inColumns, [-1, 1, width, 1]));
      const moved = tf.mul(mask, tf.mul(tf.mul(2, epsilon), tf.reshape(signs!, [-1, 1, 1, images.shape[3]])));
      const tried = norms.linf.project(tf.add(found, moved), images, epsilon);
      const now = margin(logits(tried), labels);
      // One that is fooled already stays as it is.
      const better = tf.logicalAnd(tf.greater(least, 0), tf.less(now, least));
      return {
        found: tf.where(tf.reshape(better, [-1, 1, 1, 1]), tried, found),
        least: tf.where(better, now, least),
      };
    },
    at(step, keys, { height, width, channels }) {
      const side = sideAt(step, options, height, width);
      const [top, left] = [new Float32Array(keys.length), new Float32Array(keys.length)];
      const signs = new Float32Array(keys.length * channels);
      keys.forEach((key, i) => {
        const drawn = draws(stepKey(key, step));
        top[i] = drawn.int(Math.max(1, height - side));
        left[i] = drawn.int(Math.max(1, width - side));
        for (let c = 0; c < channels; c++) signs[i * channels + c] = sign(drawn);
      });
      const shape = [keys.length];
      return {
        side: hostScalar(side),
        top: { data: top, shape },
        left: { data: left, shape },
        signs: { data: signs, shape: [keys.length, channels] },
      };
    },
  };
}

function stepKey(key: Key, step: number): Key {
  return key.fold('step').fold(step);
}

function sign(drawn: Draws): number {
  return drawn.boolean(0.5) ? 1 : -1;
}

/** 1 where a place from 0 to `length` lies within `side` of `from`, `[n, length]`. */
function inside(length: number, from: tf.Tensor, side: tf.Tensor): tf.Tensor {
  const places = tf.sub(tf.reshape(tf.range(0, length, 1, 'float32'), [1, length]), tf.reshape(from, [-1, 1]));
  return tf.cast(tf.logicalAnd(tf.greaterEqual(places, 0), tf.less(places, side)), 'float32');
}
