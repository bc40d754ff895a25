import * as tf from '@tensorflow/tfjs-core';
import type { Initialiser } from '../initialisers.ts';
import { sequence, type Module } from '../network.ts';
import { batchNorm, type BatchNormOptions } from './batch-norm.ts';
import { dense } from './dense.ts';

export interface MlpOptions {
  readonly inputs: number;
  readonly hidden: number;
  readonly outputs: number;
  /** After the hidden layer; undefined: none, as in MoCo's head. */
  readonly batchNorm: BatchNormOptions | undefined;
  readonly hiddenBias: boolean;
  readonly outputBias: boolean;
  readonly initial: Initialiser;
}

/**
 * Two dense layers with batch norm, if asked for, and ReLU between them: projectors and predictors (methods.md 2.4,
 * 2.5). The modules are numbered as in PyTorch's `nn.Sequential`: 0, 1, 3 with batch norm, 0 and 2 without.
 */
export function mlp(prefix: string, options: MlpOptions): Module<tf.Tensor, tf.Tensor2D> {
  const { inputs, hidden, outputs, hiddenBias, outputBias, initial } = options;
  const norm = options.batchNorm && batchNorm(`${prefix}.1`, hidden, options.batchNorm);
  const layers = sequence(
    dense(`${prefix}.0`, { inputs, outputs: hidden, initial, bias: hiddenBias }),
    ...(norm === undefined ? [] : [norm]),
    RELU,
    dense(`${prefix}.${norm === undefined ? 2 : 3}`, { inputs: hidden, outputs, initial, bias: outputBias }),
  );
  return layers as Module<tf.Tensor, tf.Tensor2D>;
}

const RELU: Module = { declares: [], forward: (_, x) => tf.relu(x) };
