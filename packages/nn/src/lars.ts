import * as tf from '@tensorflow/tfjs-core';
import { eachParameter, treeOf, type Optimiser } from './optimiser.ts';
import type { Metas, VariableMeta } from './variables.ts';

export interface LarsOptions {
  /**
   * `deepmind`: r = η_L‖w‖/‖g + λw‖, b ← m·b + r(g + λw), w ← w − η·b
   * (google-deepmind/deepmind-research@f5de0ede byol/utils/optimizers.py).
   * `momentum2`: r = η_L‖w‖/(‖g‖ + λ‖w‖), or 1 where ‖w‖‖g‖ ≤ 1e-8; b ← m·b + η·r(g + λw), w ← w − b, and what is
   * excluded is decayed all the same (tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/layers/optimizer.py).
   */
  readonly variant: 'deepmind' | 'momentum2';
  /** The share of the old velocity in the new one, in [0, 1). */
  readonly momentum: number;
  /** λ, the factor of ½‖w‖² in the loss. */
  readonly weightDecay: number;
  /** η_L; 1e-3 in both sources. */
  readonly trust: number;
  /** Parameters that are not scaled; in `deepmind` they are not decayed either. */
  readonly excludes: (meta: VariableMeta) => boolean;
}

/** Batch norm's γ and β, and biases, all that its module declares not to decay: what BYOL excludes from LARS too. */
export function normAndBias({ decays }: VariableMeta): boolean {
  return !decays;
}

/** Layer-wise adaptive rates (You et al. 2017), in the two variants that the sources of BYOL and of STS run. */
export function lars(metas: Metas, options: LarsOptions): Optimiser<'velocity'> {
  const { variant, momentum, weightDecay, excludes } = options;
  return {
    init: (params) => ({ velocity: eachParameter(metas, { params }, ({ params: w }) => tf.zerosLike(w)) }),
    update: ({ params, grads, slots: { velocity }, learningRate }) => {
      const moved = eachParameter(
        metas,
        { params, grads, velocity },
        ({ params: w, grads: g, velocity: old }, meta) => {
          const excluded = excludes(meta);
          const decays = weightDecay !== 0 && (!excluded || variant === 'momentum2');
          const u = decays ? tf.add(g, tf.mul(weightDecay, w)) : g;
          const scaled = excluded ? u : tf.mul(ratio(options, w, g, u), u);
          if (variant === 'deepmind') {
            const v = tf.add(tf.mul(momentum, old), scaled);
            return { w: tf.sub(w, tf.mul(learningRate, v)), v };
          }
          const v = tf.add(tf.mul(momentum, old), tf.mul(learningRate, scaled));
          return { w: tf.sub(w, v), v };
        },
      );
      return { params: treeOf(moved, 'w'), slots: { velocity: treeOf(moved, 'v') } };
    },
  };
}

/** The trust ratio, a scalar; 1 where a norm is 0. */
function ratio({ variant, trust, weightDecay }: LarsOptions, w: tf.Tensor, g: tf.Tensor, u: tf.Tensor): tf.Tensor {
  const norm = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.square(x)));
  const [weight, sum] = [norm(w), variant === 'deepmind' ? norm(u) : norm(g)];
  const below = variant === 'deepmind' ? sum : tf.add(sum, tf.mul(weightDecay, weight));
  const usable =
    variant === 'deepmind'
      ? tf.logicalAnd(tf.greater(weight, 0), tf.greater(sum, 0))
      : tf.greater(tf.mul(weight, sum), 1e-8);
  // Both branches of `where` are computed: the denominator must not be 0.
  const one = tf.onesLike(below);
  return tf.where(usable, tf.mul(trust, tf.div(weight, tf.where(usable, below, one))), one);
}
