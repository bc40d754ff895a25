import { biasAdd } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import { constant, type Initialiser } from '../initialisers.ts';
import { declare, read, type Module } from '../network.ts';
import { perOutput } from '../variables.ts';

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
  const torch = { name: `${module}.weight`, axes: [1, 0] };
  const kernel = declare(
    { shape: [inputs, outputs], module, name: 'kernel', outAxis: 1, decays: true, torch },
    initial,
  );
  const offset = declare(perOutput(module, 'bias', outputs, 'bias'), initialBias);
  return {
    declares: bias ? [kernel, offset] : [kernel],
    forward: (pass, x) => {
      const y = tf.matMul(x as tf.Tensor2D, read(pass, kernel) as tf.Tensor2D);
      return bias ? biasAdd(y, read(pass, offset)) : y;
    },
  };
}
