import { biasAdd } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import { constant, type Initialiser } from '../initialisers.ts';
import { declare, type Module } from '../network.ts';

export interface DenseOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly initial: Initialiser;
}

/** `x · kernel + bias` for x `[n, inputs]`; the bias starts as 0. */
export function dense(module: string, { inputs, outputs, initial }: DenseOptions): Module {
  const kernel = declare({ shape: [inputs, outputs], layout: 'IO', kind: 'kernel', module, outAxis: 1 }, initial);
  const bias = declare({ shape: [outputs], layout: 'C', kind: 'bias', module, outAxis: 0 }, constant(0));
  return {
    declares: [kernel, bias],
    forward: ({ variables: { params } }, x) =>
      biasAdd(tf.matMul(x as tf.Tensor2D, params[kernel.name] as tf.Tensor2D), params[bias.name]!),
  };
}
