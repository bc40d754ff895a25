import * as tf from '@tensorflow/tfjs-core';
import { eachParameter, treeOf, type Optimiser } from './optimiser.ts';
import type { Metas, VariableMeta } from './variables.ts';

export interface SgdOptions {
  /** The share of the old velocity in the new one, in [0, 1). */
  readonly momentum: number;
  readonly nesterov: boolean;
  /** The factor of ½‖w‖² in the loss; PyTorch's `weight_decay`. */
  readonly weightDecay: number;
  /** Which parameters are decayed. */
  readonly decays: (meta: VariableMeta) => boolean;
}

/**
 * Stochastic gradient descent in PyTorch's form (dampening 0), which is TensorFlow's `MomentumOptimizer` too: with
 * g = ∇L + decay·w, v ← m·v + g and w ← w − η(g + m·v), or w ← w − η·v without Nesterov. The learning rate is outside
 * the velocity, which starts as 0.
 *
 * The new parameters are written as `w − η·direction`, which a compiled step does in place.
 */
export function sgd(metas: Metas, { momentum, nesterov, weightDecay, decays }: SgdOptions): Optimiser<'velocity'> {
  return {
    init: (params) => ({ velocity: eachParameter(metas, { params }, ({ params: w }) => tf.zerosLike(w)) }),
    update: ({ params, grads, slots: { velocity }, learningRate }) => {
      const moved = eachParameter(
        metas,
        { params, grads, velocity },
        ({ params: w, grads: g, velocity: old }, meta) => {
          const decayed = weightDecay !== 0 && decays(meta) ? tf.add(g, tf.mul(weightDecay, w)) : g;
          const v = tf.add(tf.mul(momentum, old), decayed);
          const direction = nesterov ? tf.add(decayed, tf.mul(momentum, v)) : v;
          return { w: tf.sub(w, tf.mul(learningRate, direction)), v };
        },
      );
      return { params: treeOf(moved, 'w'), slots: { velocity: treeOf(moved, 'v') } };
    },
  };
}
