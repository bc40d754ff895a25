import * as tf from '@tensorflow/tfjs-core';
import { eachParameter, treeOf, type Optimiser } from './optimiser.ts';
import type { Metas, VariableMeta } from './variables.ts';

export interface AdamWOptions {
  /** The share of the old first moment in the new one, in [0, 1); 0.9 in DINO and in PyTorch. */
  readonly beta1: number;
  /** The share of the old second moment in the new one, in [0, 1); 0.999 in DINO and in PyTorch. */
  readonly beta2: number;
  /** Added to the root of the second moment; 1e-8 in PyTorch. */
  readonly epsilon: number;
  /** λ: a decayed weight loses η·λ of itself in each update, apart from the gradient; 1e-2 in PyTorch. */
  readonly weightDecay: number;
  /** Which parameters are decayed. */
  readonly decays: (meta: VariableMeta) => boolean;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019) in PyTorch's form: m ← β₁m + (1 − β₁)g,
 * v ← β₂v + (1 − β₂)g², w ← w − η(λw + m̂/(√v̂ + ε)) with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ) at update t, counted
 * from 1 (pytorch/pytorch@v2.13.0 torch/optim/adamw.py, which decays w before the rest: the same but for rounding).
 *
 * The slots: `first` and `second`, the moments, and `updates` with one scalar of that name, how many there were: a
 * float32, whole up to 2²⁴.
 */
export function adamW(metas: Metas, options: AdamWOptions): Optimiser<'first' | 'second' | 'updates'> {
  const { beta1, beta2, epsilon, weightDecay, decays } = options;
  return {
    init: (params) => {
      const zeros = () => eachParameter(metas, { params }, ({ params: w }) => tf.zerosLike(w));
      return { first: zeros(), second: zeros(), updates: { updates: tf.scalar(0) } };
    },
    update: ({ params, grads, slots: { first, second, updates }, learningRate }) => {
      const count = tf.add(counted(updates), 1);
      const [filled1, filled2] = [filled(beta1, count), filled(beta2, count)];
      const moved = eachParameter(metas, { params, grads, first, second }, (leaves, meta) => {
        const { params: w, grads: g } = leaves;
        const m = towards(leaves.first, g, 1 - beta1);
        const v = towards(leaves.second, tf.square(g), 1 - beta2);
        const step = tf.div(tf.div(m, filled1), tf.add(tf.sqrt(tf.div(v, filled2)), epsilon));
        const direction = weightDecay !== 0 && decays(meta) ? tf.add(step, tf.mul(weightDecay, w)) : step;
        return { w: tf.sub(w, tf.mul(learningRate, direction)), m, v };
      });
      return {
        params: treeOf(moved, 'w'),
        slots: { first: treeOf(moved, 'm'), second: treeOf(moved, 'v'), updates: { updates: count } },
      };
    },
  };
}

function counted(updates: { readonly [name: string]: tf.Tensor }): tf.Tensor {
  const { updates: count } = updates;
  if (count === undefined) throw new Error('AdamW needs the scalar `updates` in its slot of that name');
  return count;
}

/**
 * 1 − βᵗ, how much of a moment is filled by t updates. Written as −(e^(t·ln β) − 1): the power of a β near 1 is near 1
 * itself, and its difference from 1 would lose digits in float32.
 */
function filled(beta: number, count: tf.Tensor): tf.Tensor {
  return beta === 0 ? tf.onesLike(count) : tf.neg(tf.expm1(tf.mul(count, Math.log(beta))));
}

/** `old + share·(latest − old)`, in the form that a compiled step writes in place. */
function towards(old: tf.Tensor, latest: tf.Tensor, share: number): tf.Tensor {
  return tf.sub(old, tf.mul(share, tf.sub(old, latest)));
}
