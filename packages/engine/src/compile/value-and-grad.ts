// TensorFlow.js' gradients are registered by its umbrella package.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { flatten, unflatten } from './pytree.ts';
import type { Tree } from '../tree.ts';
import { zip } from '../lists.ts';

/** What a differentiated function returns: the loss, a scalar, and whatever else is wanted besides it. */
export interface LossAndAux<Aux> {
  readonly loss: tf.Scalar;
  readonly aux: Aux;
}

/**
 * Differentiates a function of parameters, like `jax.value_and_grad(has_aux=True)`: gives its loss, its `aux` and the
 * gradient of the loss for every parameter, in the parameters' own tree. A parameter that the loss does not depend on
 * has gradient zero.
 *
 * What it gives are tensors of their own, which the caller disposes.
 *
 * @throws Error when the loss is not a scalar, or `params` holds anything but tensors.
 */
export function valueAndGrad<Params extends Tree<tf.Tensor>, Aux>(
  fn: (params: Params) => LossAndAux<Aux>,
): (params: Params) => LossAndAux<Aux> & { readonly grads: Params } {
  return (params) => {
    const flat = flatten(params, 'params');
    const xs = flat.leaves.map((leaf, i) => {
      if (!(leaf instanceof tf.Tensor)) throw new Error(`${flat.paths[i]} must be a tensor to be differentiated`);
      return leaf;
    });
    // `gradients` frees what the forward pass made; what the caller wants besides the loss must outlive it.
    const kept: tf.Tensor[] = [];
    const differentiate = (): LossAndAux<Aux> & { readonly grads: Params } => {
      // A tensor that stands in two places has a gradient in each.
      const own = xs.map((x, i) => (xs.indexOf(x) === i ? x : tf.clone(x)));
      let aux: unknown;
      const { value, grads } = tf.engine().gradients(
        () => {
          const result = fn(unflatten(flat.structure, own) as Params);
          if (!(result.loss instanceof tf.Tensor))
            throw new Error('the function must return { loss, aux }, the loss a scalar tensor');
          if (result.loss.rank !== 0)
            throw new Error(`the loss must be a scalar, got shape [${result.loss.shape.join(', ')}]`);
          aux = mapTensors(result.aux, (tensor) => {
            kept.push(tf.keep(tf.clone(tensor)));
            return kept.at(-1)!;
          });
          return result.loss;
        },
        own,
        undefined,
        true,
      );
      const complete = zip(grads as (tf.Tensor | undefined)[], own).map(([grad, x]) => grad ?? tf.zerosLike(x));
      return {
        loss: value as tf.Scalar,
        aux: mapTensors(aux, tf.clone) as Aux,
        grads: unflatten(flat.structure, complete) as Params,
      };
    };
    try {
      return tf.tidy(differentiate as () => never);
    } catch (error) {
      dropTape();
      throw error;
    } finally {
      for (const tensor of kept) {
        tensor.kept = false;
        tensor.dispose();
      }
    }
  };
}

/** TensorFlow.js leaves the tensors that it saved for the backward pass behind when that pass fails. */
export function dropTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth !== 0) return;
  for (const node of state.activeTape ?? []) tf.dispose(node.saved ?? []);
  state.activeTape = [];
}

function mapTensors(tree: unknown, change: (tensor: tf.Tensor) => tf.Tensor): unknown {
  if (tree === undefined) return undefined;
  const flat = flatten(tree, 'aux');
  return unflatten(
    flat.structure,
    flat.leaves.map((leaf) => (leaf instanceof tf.Tensor ? change(leaf) : leaf)),
  );
}
