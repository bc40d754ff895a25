import { draws, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beyondSteps, type Attack } from './attack.ts';
import { margin } from './losses.ts';
import { unit, type NormName } from './norms.ts';
import { squaresInL2 } from './squares-in-l2.ts';
import { squaresInLinf } from './squares-in-linf.ts';
import type { Squares } from './squares.ts';

/** Options of Square. */
export interface SquareOptions {
  readonly norm: NormName;
  /** Looks at the classifier: one for each step. AutoAttack: 5,000. */
  readonly queries: number;
  readonly restarts: number;
  /** Share of the image that the first squares cover (Andriushchenko et al. 2020; AutoAttack: 0.8). */
  readonly share: number;
}

const SQUARES: { readonly [norm in NormName]: Squares } = { linf: squaresInLinf, l2: squaresInL2 };

/** Where the share of the image is halved again, of 10,000 queries (Andriushchenko et al. 2020, section 4; its code). */
const HALVINGS = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000] as const;

/** The share of the image that a step's squares cover. */
function shareAt(step: number, { queries, share }: SquareOptions): number {
  const at = Math.trunc((step / queries) * 10_000);
  return share / 2 ** HALVINGS.filter((from) => at > from).length;
}

/**
 * Square (Andriushchenko et al. 2020, algorithms 1 to 3; torchattacks 3.5.1): the classifier's gradient is not asked for.
 * Each step changes a square of each image (within L2: two) and keeps what makes the margin smaller.
 *
 * DEVIATION (none): squares are drawn for each image by its own key; AutoAttack draws one for all images of a batch, so that
 * an image's outcome would depend on its neighbours'.
 */
export function square(options: SquareOptions): Attack {
  const { norm, queries, restarts } = options;
  const squares = SQUARES[norm];
  return {
    name: 'square',
    steps: queries,
    restarts,
    noise: (key, size) => squares.first(draws(key), size),
    start(logits, { images, labels }, { epsilon }, noise) {
      const found = unit(tf.add(images, tf.mul(epsilon, noise)));
      return { found, least: margin(logits(found), labels) };
    },
    step(logits, progress, { images, labels }, told) {
      // `!`: `start` gives it.
      const [found, least] = [progress.found, progress['least']!];
      const tried = squares.tried(found, images, told);
      const now = margin(logits(tried), labels);
      // One that is fooled already stays as it is.
      const better = tf.logicalAnd(tf.greater(least, 0), tf.less(now, least));
      return {
        found: tf.where(tf.reshape(better, [-1, 1, 1, 1]), tried, found),
        least: tf.where(better, now, least),
      };
    },
    at(step, keys, size) {
      if (step >= queries) throw beyondSteps('square', queries);
      return squares.drawn(
        keys.map((key) => draws(stepKey(key, step))),
        shareAt(step, options),
        size,
      );
    },
  };
}

function stepKey(key: Key, step: number): Key {
  return key.fold('step').fold(step);
}
