import { keyed, ownRows, thisWorker, valueAndGrad, type AnyKey } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';

/** How far from an image one looks for a worse one, and how. Lengths are those of pixels from 0 to 1. */
export interface Perturbation {
  /** `linf`: no number changes by more than epsilon; `l2`: the length of an image's change. */
  readonly norm: 'linf' | 'l2';
  readonly epsilon: number;
  /** Length of a step of the ascent, in the same norm. */
  readonly stepSize: number;
  readonly steps: number;
}

/** Added to the length of a gradient (MadryLab/robustness@0e24524d robustness/attack_steps.py, L2Step). */
const LEAST = 1e-10;

/** Where the ascents of a batch start: uniform numbers of the key and of an image's place in the whole batch, whatever processes share it. */
export function startDraws(key: AnyKey, images: tf.Tensor4D): tf.Tensor4D {
  const [n, ...shape] = images.shape;
  return ownRows(keyed.uniform(key, [n * thisWorker().workers, ...shape])) as tf.Tensor4D;
}

/**
 * Images nearby on which a loss is large: projected gradient ascent from a start drawn in the ball (Madry et al. 2018,
 * arXiv 1706.06083, section 2.1; MadryLab/robustness@0e24524d robustness/attack_steps.py and attacker.py).
 *
 * @param images float32 `[n, height, width, channels]` from 0 to 1
 * @param drawn uniform in [0, 1), of the same shape (`startDraws`)
 * @param loss sum or mean over the images of what is to become large; an image's share may depend on that image alone
 * @returns images from 0 to 1, from outside the derivative of whatever comes after
 */
export function perturbed(
  images: tf.Tensor4D,
  drawn: tf.Tensor4D,
  perturbation: Perturbation,
  loss: (images: tf.Tensor4D) => tf.Scalar,
): tf.Tensor4D {
  const { norm, epsilon, stepSize, steps } = perturbation;
  const { along, within } = BALLS[norm];
  const near = (change: tf.Tensor): tf.Tensor4D => tf.clipByValue(tf.add<tf.Tensor4D>(images, change), 0, 1);
  // Uniform in the cube; for l2 its corners are drawn in, as the source does.
  let worse = near(within(tf.mul(tf.sub(drawn, 0.5), norm === 'linf' ? 2 * epsilon : 1), epsilon));
  for (let step = 0; step < steps; step++) {
    const { grads } = valueAndGrad(({ x }: { x: tf.Tensor4D }) => ({ loss: loss(x), aux: {} }))({ x: worse });
    const moved = tf.add(worse, tf.mul(stepSize, along(grads.x)));
    worse = near(within(tf.sub(moved, images), epsilon));
  }
  return worse;
}

interface Ball {
  /** The step of length 1 that is steepest. */
  along(gradient: tf.Tensor): tf.Tensor;
  /** The nearest change that is allowed. */
  within(change: tf.Tensor, epsilon: number): tf.Tensor;
}

const BALLS: { readonly [norm in Perturbation['norm']]: Ball } = {
  linf: {
    along: (gradient) => tf.sign(gradient),
    within: (change, epsilon) => tf.clipByValue(change, -epsilon, epsilon),
  },
  l2: {
    along: (gradient) => tf.div(gradient, tf.add(lengths(gradient), LEAST)),
    within: (change, epsilon) => tf.mul(change, tf.minimum(1, tf.div(epsilon, tf.maximum(lengths(change), LEAST)))),
  },
};

/** Of each image: `[n, 1, 1, 1]`. */
function lengths(x: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.sum(tf.square(x), [1, 2, 3], true));
}
