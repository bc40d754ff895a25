import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import type { Attribute } from '../binding/attributes.ts';
import { FLOAT, ints, text } from './attributes.ts';

type Padding = Parameters<typeof tf.backend_util.computeConv2DInfo>[4];

interface ConvolutionAttributes {
  readonly strides: [number, number] | number;
  readonly pad: Padding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape?: [number, number, number, number];
  readonly filterShape?: [number, number, number, number];
}

/** Padding as TensorFlow's ops want it: by name, or explicit in the order of the data format. */
export function paddingAttributes(
  info: { readonly padInfo: { readonly type: string; readonly top: number; readonly bottom: number; readonly left: number; readonly right: number } },
  dataFormat: 'NHWC' | 'NCHW',
): Attribute[] {
  const { type, top, bottom, left, right } = info.padInfo;
  if (type === 'VALID' || type === 'SAME') return [text('padding', type)];
  const sides = [top, bottom, left, right];
  return [text('padding', 'EXPLICIT'), ints('explicit_paddings', dataFormat === 'NHWC' ? [0, 0, ...sides, 0, 0] : [0, 0, 0, 0, ...sides])];
}

function convolutionAttributes(xShape: readonly number[], filterShape: readonly number[], attrs: ConvolutionAttributes): Attribute[] {
  const dataFormat = attrs.dataFormat ?? 'NHWC';
  const info = tf.backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(dataFormat),
  );
  const spread = (height: number, width: number): number[] => (dataFormat === 'NHWC' ? [1, height, width, 1] : [1, 1, height, width]);
  return [
    FLOAT,
    ints('strides', spread(info.strideHeight, info.strideWidth)),
    ...paddingAttributes(info, dataFormat),
    text('data_format', dataFormat),
    { name: 'use_cudnn_on_gpu', type: 3, value: true },
    ints('dilations', spread(info.dilationHeight, info.dilationWidth)),
  ];
}

interface KernelArguments<Inputs> {
  readonly inputs: Inputs;
  readonly backend: unknown;
  readonly attrs: unknown;
}

function conv2d({ inputs, backend, attrs }: KernelArguments<{ x: tf.Tensor; filter: tf.Tensor }>): tf.TensorInfo {
  const { x, filter } = inputs;
  return (backend as KernelBackend).executeSingleOutput('Conv2D', convolutionAttributes(x.shape, filter.shape, attrs as ConvolutionAttributes), [x, filter]);
}

function conv2dBackpropInput({ inputs, backend, attrs }: KernelArguments<{ dy: tf.Tensor; filter: tf.Tensor }>): tf.TensorInfo {
  const { dy, filter } = inputs;
  const { inputShape } = attrs as ConvolutionAttributes;
  const sizes = tf.tensor1d(inputShape!, 'int32');
  try {
    const attributes = convolutionAttributes(inputShape!, filter.shape, attrs as ConvolutionAttributes);
    return (backend as KernelBackend).executeSingleOutput('Conv2DBackpropInput', attributes, [sizes, filter, dy]);
  } finally {
    sizes.dispose();
  }
}

function conv2dBackpropFilter({ inputs, backend, attrs }: KernelArguments<{ x: tf.Tensor; dy: tf.Tensor }>): tf.TensorInfo {
  const { x, dy } = inputs;
  const { filterShape } = attrs as ConvolutionAttributes;
  const sizes = tf.tensor1d(filterShape!, 'int32');
  try {
    const attributes = convolutionAttributes(x.shape, filterShape!, attrs as ConvolutionAttributes);
    return (backend as KernelBackend).executeSingleOutput('Conv2DBackpropFilter', attributes, [x, sizes, dy]);
  } finally {
    sizes.dispose();
  }
}

/**
 * Convolution, forward and backward, with any padding: `@tensorflow/tfjs-node-gpu` 4.22 refuses a padding given by
 * number, and explicit padding backward, which TensorFlow's ops accept.
 */
export const convolutionKernels = [
  { kernelName: tf.Conv2D, kernelFunc: conv2d },
  { kernelName: tf.Conv2DBackpropInput, kernelFunc: conv2dBackpropInput },
  { kernelName: tf.Conv2DBackpropFilter, kernelFunc: conv2dBackpropFilter },
];
