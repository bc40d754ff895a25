import { biasAdd } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import { constant, type Initialiser } from '../initialisers.ts';
import { declare, type Module } from '../network.ts';

export interface DenseOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly initial: Initialiser;
  /** Default true. */
  readonly bias?: boolean;
  /** Default 0. */
  readonly initialBias?: Initialiser;
}

/** `x · kernel + bias` for x `[n, inputs]`. */
export function dense(
  module: string,
  { inputs, outputs, initial, bias = true, initialBias = constant(0) }: DenseOptions,
): Module {
  const kernel = declare({ shape: [inputs, outputs], layout: 'IO', kind: 'kernel', module, outAxis: 1 }, initial);
  const offset = declare({ shape: [outputs], layout: 'C', kind: 'bias', module, outAxis: 0 }, initialBias);
  return {
    declares: bias ? [kernel, offset] : [kernel],
    forward: ({ variables: { params } }, x) => {
      const y = tf.matMul(x as tf.Tensor2D, params[kernel.name] as tf.Tensor2D);
      return bias ? biasAdd(y, params[offset.name]!) : y;
    },
  };
}
