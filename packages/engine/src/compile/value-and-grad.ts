// TensorFlow.js' gradients are registered by its umbrella package.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { flatten, unflatten } from './pytree.ts';
import type { Tree } from '../tree.ts';

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
    const given = new Set<unknown>(xs);
    let aux: unknown;
    const { value, grads } = tf.engine().gradients(
      () => {
        const result = fn(params);
        if (result.loss.rank !== 0) throw new Error(`the loss must be a scalar, got shape [${result.loss.shape.join(', ')}]`);
        // `gradients` frees what the forward pass made; what the caller wants besides the loss must outlive it.
        aux = mapTensors(result.aux, (tensor) => (given.has(tensor) ? tensor : tf.keep(tf.clone(tensor))));
        return result.loss;
      },
      xs,
      undefined,
      true,
    );
    const released = mapTensors(aux, (tensor) => {
      if (given.has(tensor)) return tensor;
      const copy = tf.clone(tensor);
      tensor.kept = false;
      tensor.dispose();
      return copy;
    });
    const complete = grads.map((grad, i) => (grad as tf.Tensor | undefined) ?? tf.zerosLike(xs[i]!));
    return { loss: value as tf.Scalar, aux: released as Aux, grads: unflatten(flat.structure, complete) as Params };
  };
}

function mapTensors(tree: unknown, change: (tensor: tf.Tensor) => tf.Tensor): unknown {
  if (tree === undefined) return undefined;
  const flat = flatten(tree, 'aux');
  return unflatten(
    flat.structure,
    flat.leaves.map((leaf) => (leaf instanceof tf.Tensor ? change(leaf) : leaf)),
  );
}
