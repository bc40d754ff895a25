import { hostScalar } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Attack } from './attack.ts';
import { crossEntropy, slopeOf } from './losses.ts';
import { norms, unit, type NormName } from './norms.ts';

/** Options of PGD. */
export interface ProjectedGradientOptions {
  readonly norm: NormName;
  readonly steps: number;
  /** Length of a step as a share of epsilon: 0.25 is 2/255 of 8/255. */
  readonly stepSize: number;
  readonly restarts: number;
  /** Begin at a random place within epsilon, not at the image. */
  readonly randomStart: boolean;
  /** Share of the old direction that is added to each gradient (Dong et al. 2018, there 1); 0: none. */
  readonly momentum: number;
}

/**
 * PGD (Madry et al. 2018): steps along the gradient of the cross entropy, each projected into the ball. What counts is
 * the last image, as in torchattacks 3.5.1 (`PGD`, `PGDL2`, `MIFGSM`). With momentum each gradient is first divided by
 * the mean of its magnitudes.
 *
 * DEVIATION (none): a gradient that is zero everywhere stays so, where MIFGSM divides by zero; gradients are of an image's own
 * loss and not of the mean over its batch, which differs by a factor.
 */
export function projectedGradient(options: ProjectedGradientOptions): Attack {
  const { steps, restarts, stepSize, momentum, randomStart } = options;
  const norm = norms[options.norm];
  return {
    name: 'pgd',
    steps,
    restarts,
    ...(randomStart && { noise: (key, { height, width, channels }) => norm.within(key, height * width * channels) }),
    start(_, { images }, { epsilon }, noise) {
      const found = randomStart ? unit(tf.add(images, tf.mul(epsilon, noise))) : images;
      return { found, ...(momentum > 0 && { direction: tf.zerosLike(images) }) };
    },
    step(logits, { found, direction }, { images, labels }, { epsilon, share }) {
      const { gradient } = slopeOf(crossEntropy, logits, found, labels);
      const next =
        direction === undefined ? gradient : (tf.add(meanOne(gradient), tf.mul(momentum, direction)) as tf.Tensor4D);
      // `!`: `at` gives it.
      const moved = tf.add(found, tf.mul(tf.mul(epsilon, share!), norm.steepest(next))) as tf.Tensor4D;
      const projected = norm.project(moved, images, epsilon);
      return { found: projected, ...(direction && { direction: next }) };
    },
    at: () => ({ share: hostScalar(stepSize) }),
  };
}

/** Divided by the mean of an image's magnitudes. */
function meanOne(gradient: tf.Tensor4D): tf.Tensor {
  return tf.div(gradient, tf.maximum(tf.mean(tf.abs(gradient), [1, 2, 3], true), 1e-30));
}
