import type { Attack } from './attack.ts';
import { crossEntropy, slopeOf } from './losses.ts';
import { norms, unit, type NormName } from './norms.ts';
import * as tf from '@tensorflow/tfjs-core';

/** FGSM (Goodfellow et al. 2015, section 4): one step of length epsilon along the gradient of the cross entropy. */
export function gradientSign(norm: NormName): Attack {
  return {
    name: 'fgsm',
    steps: 1,
    restarts: 1,
    start: (_, { images }) => ({ found: images }),
    step(logits, { found }, { labels }, { epsilon }) {
      const { gradient } = slopeOf(crossEntropy, logits, found, labels);
      return { found: unit(tf.add(found, tf.mul(epsilon, norms[norm].steepest(gradient)))) };
    },
  };
}
