import * as tf from '@tensorflow/tfjs-core';
import type { Metas, Tensors, VariableMeta } from './variables.ts';

/** Everything that one update of the parameters starts from. All trees have the same names. */
export interface Update {
  readonly params: Tensors;
  readonly grads: Tensors;
  readonly velocity: Tensors;
  /** A scalar tensor, so that a schedule never traces again. */
  readonly learningRate: tf.Scalar;
}

/** An optimiser with one buffer a parameter, as pure functions. */
export interface Optimiser {
  /** The velocity before the first update: zeros. */
  init(params: Tensors): Tensors;
  update(from: Update): { readonly params: Tensors; readonly velocity: Tensors };
}

/**
 * Weight decay for the kernels of convolutions and dense layers only: no biases, no batch norm (FixMatch:
 * google-research/fixmatch@d4985a15 fixmatch.py).
 */
export function kernelsOnly({ kind }: VariableMeta): boolean {
  return kind === 'kernel';
}

/**
 * Weight decay for everything that is learnt (MoCo: facebookresearch/moco@87e36d39 main_moco.py; the official code of
 * STS: tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/exps/sts/sts_exp.py).
 */
export function everything(): boolean {
  return true;
}

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
 * the velocity.
 *
 * The new parameters are written as `w − η·direction`, which a compiled step does in place.
 */
export function sgd(metas: Metas, { momentum, nesterov, weightDecay, decays }: SgdOptions): Optimiser {
  return {
    init: (params) => mapNames(metas, (name) => tf.zerosLike(params[name]!)),
    update: ({ params, grads, velocity, learningRate }) => {
      const moved = Object.entries(metas).map(([name, meta]) => {
        const w = params[name]!;
        const decayed = weightDecay !== 0 && decays(meta);
        const g = decayed ? tf.add(grads[name]!, tf.mul(weightDecay, w)) : grads[name]!;
        const v = tf.add(tf.mul(momentum, velocity[name]!), g);
        const direction = nesterov ? tf.add(g, tf.mul(momentum, v)) : v;
        return [name, v, tf.sub(w, tf.mul(learningRate, direction))] as const;
      });
      return {
        params: Object.fromEntries(moved.map(([name, , w]) => [name, w])),
        velocity: Object.fromEntries(moved.map(([name, v]) => [name, v])),
      };
    },
  };
}

function mapNames(metas: Metas, make: (name: string) => tf.Tensor): Tensors {
  return Object.fromEntries(Object.keys(metas).map((name) => [name, make(name)]));
}
