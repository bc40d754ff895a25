import * as tf from '@tensorflow/tfjs-core';
import type { Initialiser } from '../initialisers.ts';
import { sequence, type Module } from '../network.ts';
import { batchNorm, type BatchNormOptions } from './batch-norm.ts';
import { dense, type DenseOptions } from './dense.ts';

export interface MlpOptions {
  readonly inputs: number;
  readonly hidden: number;
  readonly outputs: number;
  /** After the hidden layer; undefined: none, as in MoCo's head. */
  readonly batchNorm: BatchNormOptions | undefined;
  readonly hiddenBias: boolean;
  readonly outputBias: boolean;
  /** Of kernels and biases, by the number of a layer's inputs; PyTorch's default is `uniformFanIn`. */
  readonly initial: (inputs: number) => Initialiser;
}

/**
 * Two dense layers with batch norm, if asked for, and ReLU between them: projectors and predictors of BYOL
 * (google-deepmind/deepmind-research@f5de0ede byol/utils/networks.py), and without batch norm MoCo v2's head
 * (facebookresearch/moco@87e36d39 moco/builder.py). The modules are numbered as in PyTorch's `nn.Sequential`: 0, 1, 3
 * with batch norm, 0 and 2 without.
 */
export function mlp(prefix: string, options: MlpOptions): Module<tf.Tensor, tf.Tensor2D> {
  const { inputs, hidden, outputs, hiddenBias, outputBias, initial } = options;
  const norm = options.batchNorm && batchNorm(`${prefix}.1`, hidden, options.batchNorm);
  const layer = (module: string, sizes: Omit<DenseOptions, 'initial'>): Module =>
    dense(module, { ...sizes, initial: initial(sizes.inputs), initialBias: initial(sizes.inputs) });
  const layers = sequence(
    layer(`${prefix}.0`, { inputs, outputs: hidden, bias: hiddenBias }),
    ...(norm === undefined ? [] : [norm]),
    RELU,
    layer(`${prefix}.${norm === undefined ? 2 : 3}`, { inputs: hidden, outputs, bias: outputBias }),
  );
  return layers as Module<tf.Tensor, tf.Tensor2D>;
}

const RELU: Module = { declares: [], forward: (_, x) => tf.relu(x) };
