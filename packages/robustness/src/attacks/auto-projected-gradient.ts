import { hostScalar } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beyondSteps, type Attack } from './attack.ts';
import { crossEntropy, isRight, logitsRatio, slopeOf } from './losses.ts';
import { norms, unit, type NormName } from './norms.ts';

/** Options of APGD. */
export interface AutoProjectedGradientOptions {
  readonly norm: NormName;
  /** `dlr` is the ratio of logits. */
  readonly loss: 'ce' | 'dlr';
  readonly steps: number;
  readonly restarts: number;
}

/** Share of the steps since the last check that must have raised the loss (fra31/auto-attack autopgd_base.py: thr_decr). */
const RISES = 0.75;
/** Share of the new step, the rest goes on in the old direction (Croce & Hein 2020, algorithm 1: α). */
const NEW = 0.75;

/**
 * After which steps, counted from 0, the size of steps is looked at: so many steps since the last look, else 0 (Croce &
 * Hein 2020, section 3.1, and the code's whole numbers: the first after 22 % of the steps, then after 3 points fewer
 * each time, at least 6 %).
 */
export function checks(steps: number): readonly number[] {
  const [first, least, fewer] = [0.22, 0.06, 0.03].map((share) => Math.max(Math.trunc(share * steps), 1)) as [
    number,
    number,
    number,
  ];
  const windows = new Array<number>(steps).fill(0);
  for (let window = first, step = first - 1; step < steps;) {
    windows[step] = window;
    window = Math.max(window - fewer, least);
    step += window;
  }
  return windows;
}

/**
 * APGD (Croce & Hein 2020, algorithm 1) as torchattacks 3.5.1 (`APGD`) has it from AutoAttack's first release: an image's
 * steps begin at 2 ε; where too few of them raised its loss, or none did since steps were last halved, they are halved and
 * it goes on from the best image so far. An image that is fooled at any step is found.
 *
 * Its first look compares with a loss of 0 before the first step, as the code does.
 */
export function autoProjectedGradient(options: AutoProjectedGradientOptions): Attack {
  const { steps, restarts } = options;
  const norm = norms[options.norm];
  const loss = options.loss === 'ce' ? crossEntropy : logitsRatio;
  const windows = checks(steps);
  return {
    name: `apgd-${options.loss}`,
    steps,
    restarts,
    noise: (key, { height, width, channels }) => norm.onBorder(key, height * width * channels),
    start(logits, { images, labels }, { epsilon }, noise) {
      const x = unit(tf.add(images, tf.mul(epsilon, noise)));
      const { loss: bestLoss, gradient } = slopeOf(loss, logits, x, labels);
      const none = tf.zerosLike(bestLoss);
      return {
        found: x,
        x,
        before: x,
        gradient,
        best: x,
        bestGradient: gradient,
        bestLoss,
        size: tf.add(none, tf.mul(2, epsilon)),
        rises: none,
        lastLoss: none,
        bestAtCheck: bestLoss,
        // That the last look halved: no halving for want of progress at the first.
        halved: tf.onesLike(bestLoss),
      };
    },
    step(logits, progress, { images, labels }, { epsilon, fresh, window }) {
      // `!`: `start` and `at` give them.
      const of = progress as { readonly [name: string]: tf.Tensor } & { readonly [name in ImageName]: tf.Tensor4D };
      const straight = norm.project(
        added(of.x, tf.mul(each(of['size']!), norm.steepest(of.gradient))),
        images,
        epsilon,
      );
      const carried = tf.mul(tf.sub(of.x, of.before), tf.sub(1, fresh!));
      const x = norm.project(added(added(of.x, tf.mul(tf.sub(straight, of.x), fresh!)), carried), images, epsilon);

      const slope = slopeOf(loss, logits, x, labels);
      const found = tf.where(each(isRight(slope.logits, labels)), of.found, x);
      const better = tf.greater(slope.loss, of['bestLoss']!);
      const best = tf.where(each(better), x, of.best);
      const bestGradient = tf.where(each(better), slope.gradient, of.bestGradient);
      const bestLoss = tf.where(better, slope.loss, of['bestLoss']!);
      const rises = tf.add(of['rises']!, tf.cast(tf.greater(slope.loss, of['lastLoss']!), 'float32'));

      const looks = tf.greater(window!, 0);
      const swings = tf.lessEqual(rises, tf.mul(window!, RISES));
      const stuck = tf.logicalAnd(tf.equal(of['halved']!, 0), tf.greaterEqual(of['bestAtCheck']!, bestLoss));
      const tooLarge = tf.logicalOr(swings, stuck);
      const halve = tf.logicalAnd(looks, tooLarge);
      return {
        found,
        x: tf.where(each(halve), best, x),
        before: of.x,
        gradient: tf.where(each(halve), bestGradient, slope.gradient),
        best,
        bestGradient,
        bestLoss,
        size: tf.where(halve, tf.div(of['size']!, 2), of['size']!),
        rises: tf.where(looks, 0, rises),
        lastLoss: slope.loss,
        bestAtCheck: tf.where(looks, bestLoss, of['bestAtCheck']!),
        halved: tf.where(looks, tf.cast(tooLarge, 'float32'), of['halved']!),
      };
    },
    at(step) {
      const window = windows[step];
      if (window === undefined) throw beyondSteps(`apgd-${options.loss}`, steps);
      return { fresh: hostScalar(step === 0 ? 1 : NEW), window: hostScalar(window) };
    },
  };
}

type ImageName = 'found' | 'x' | 'before' | 'gradient' | 'best' | 'bestGradient';

/** A number or a truth of each image, beside images. */
function each(values: tf.Tensor): tf.Tensor {
  return tf.reshape(values, [-1, 1, 1, 1]);
}

function added(a: tf.Tensor, b: tf.Tensor): tf.Tensor4D {
  return tf.add(a, b);
}
