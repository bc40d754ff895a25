import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import type { Attribute } from '../binding/attributes.ts';
import { FLOAT, ints, NHWC, text } from './attributes.ts';
import { checkWindow, paddingAttributes } from './convolution.ts';

interface PoolAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: Parameters<typeof tf.backend_util.computePool2DInfo>[4];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const VALID = text('padding', 'VALID');

type PoolInfo = ReturnType<typeof tf.backend_util.computePool2DInfo>;

function poolInfo(shape: readonly number[], attrs: unknown): PoolInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as PoolAttributes;
  const info = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  checkWindow('pooling', info);
  return rounded(info);
}

/** What a last window reaches over the padded image, which the rounding of the output's size allows; else 0. */
export function overhang(out: number, stride: number, window: number, size: number): number {
  return Math.max(0, (out - 1) * stride + window - size);
}

/** The geometry with as much padding at the end as its number of windows needs: TensorFlow rounds down. */
function rounded(info: PoolInfo): PoolInfo {
  if (!isExplicit(info)) return info;
  const { top, bottom, left, right } = info.padInfo;
  const below = overhang(info.outHeight, info.strideHeight, info.filterHeight, info.inHeight + top + bottom);
  const beyond = overhang(info.outWidth, info.strideWidth, info.filterWidth, info.inWidth + left + right);
  return { ...info, padInfo: { ...info.padInfo, bottom: bottom + below, right: right + beyond } };
}

function window(info: PoolInfo): Attribute[] {
  return [
    FLOAT,
    ints('ksize', [1, info.filterHeight, info.filterWidth, 1]),
    ints('strides', [1, info.strideHeight, info.strideWidth, 1]),
    NHWC,
  ];
}

interface KernelArguments<Inputs> {
  readonly inputs: Inputs;
  readonly backend: unknown;
  readonly attrs: unknown;
}

/** Whether TensorFlow.js' other backends hand the image through: for windows of a pixel, whatever strides and padding. */
function isIdentity(info: PoolInfo): boolean {
  return info.filterHeight === 1 && info.filterWidth === 1 && info.inShape.join() === info.outShape.join();
}

/** Whether a window fits into the padding: TensorFlow's op refuses that. */
function isWide(info: PoolInfo): boolean {
  const { top, bottom, left, right } = info.padInfo;
  return isExplicit(info) && (Math.max(top, bottom) >= info.filterHeight || Math.max(left, right) >= info.filterWidth);
}

/** The image, with padding around it that is no maximum. */
function surrounded(x: tf.Tensor, info: PoolInfo): tf.Tensor {
  return tf.pad(x, sides(info), -Infinity);
}

function maxPool({ inputs: { x }, backend, attrs }: KernelArguments<{ x: tf.Tensor }>): tf.TensorInfo {
  const info = poolInfo(x.shape, attrs);
  const live = backend as KernelBackend;
  if (isIdentity(info)) return tf.clone(x);
  if (!isWide(info))
    return live.executeSingleOutput('MaxPool', [...window(info), ...paddingAttributes(info, 'NHWC')], [x]);
  return tf.tidy(() => live.executeSingleOutput('MaxPool', [...window(info), VALID], [surrounded(x, info)]));
}

function maxPoolGrad({
  inputs: { dy, input, output },
  backend,
  attrs,
}: KernelArguments<{ dy: tf.Tensor; input: tf.Tensor; output: tf.Tensor }>): tf.TensorInfo {
  const info = poolInfo(input.shape, attrs);
  const live = backend as KernelBackend;
  if (isIdentity(info)) return tf.clone(dy);
  if (!isWide(info))
    return live.executeSingleOutput(
      'MaxPoolGrad',
      [...window(info), ...paddingAttributes(info, 'NHWC')],
      [input, output, dy],
    );
  const { top, left } = info.padInfo;
  return tf.tidy(() => {
    const given = [surrounded(input, info), output, dy];
    const gradient = live.executeSingleOutput('MaxPoolGrad', [...window(info), VALID], given);
    return tf.slice(gradient, [0, top, left, 0], input.shape as [number, number, number, number]);
  });
}

function isExplicit(info: PoolInfo): boolean {
  return info.padInfo.type !== 'VALID' && info.padInfo.type !== 'SAME';
}

function sides({
  padInfo: { top, bottom, left, right },
}: PoolInfo): [[number, number], [number, number], [number, number], [number, number]] {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

function average(backend: KernelBackend, info: PoolInfo, x: tf.Tensor): tf.Tensor {
  return backend.executeSingleOutput(
    'AvgPool',
    [...window(info), { name: 'padding', type: 0, value: isExplicit(info) ? 'VALID' : info.padInfo.type }],
    [x],
  );
}

/** The share of each window that is image and not padding: TensorFlow.js averages over the image only. */
function coverage(backend: KernelBackend, info: PoolInfo, shape: readonly number[]): tf.Tensor {
  const [, height, width] = shape as [number, number, number, number];
  return average(backend, info, tf.pad(tf.ones([1, height, width, 1]), sides(info)));
}

function avgPool({ inputs: { x }, backend, attrs }: KernelArguments<{ x: tf.Tensor }>): tf.TensorInfo {
  const info = poolInfo(x.shape, attrs);
  const live = backend as KernelBackend;
  if (isIdentity(info)) return tf.clone(x);
  if (!isExplicit(info)) return average(live, info, x);
  // TensorFlow's AvgPool has no explicit padding.
  return tf.tidy(() => tf.div(average(live, info, tf.pad(x, sides(info))), coverage(live, info, x.shape)));
}

function avgPoolGrad({
  inputs: { dy, input },
  backend,
  attrs,
}: KernelArguments<{ dy: tf.Tensor; input: tf.Tensor }>): tf.TensorInfo {
  const info = poolInfo(input.shape, attrs);
  const live = backend as KernelBackend;
  if (isIdentity(info)) return tf.clone(dy);
  const [batch, height, width, channels] = input.shape as [number, number, number, number];
  const { top, bottom, left, right } = info.padInfo;
  const explicit = isExplicit(info);
  return tf.tidy(() => {
    const shape = explicit ? [batch, height + top + bottom, width + left + right, channels] : input.shape;
    const scaled = explicit ? tf.div(dy, coverage(live, info, input.shape)) : dy;
    const attributes = [...window(info), { name: 'padding', type: 0, value: explicit ? 'VALID' : info.padInfo.type }];
    const grad = live.executeSingleOutput('AvgPoolGrad', attributes, [tf.tensor1d(shape, 'int32'), scaled]);
    return explicit ? tf.slice(grad, [0, top, left, 0], [batch, height, width, channels]) : grad;
  });
}

/** Pooling, forward and backward, with any padding; `@tensorflow/tfjs-node-gpu` 4.22 knows `same` and `valid` only. */
export const poolingKernels = [
  { kernelName: tf.MaxPool, kernelFunc: maxPool },
  { kernelName: tf.MaxPoolGrad, kernelFunc: maxPoolGrad },
  { kernelName: tf.AvgPool, kernelFunc: avgPool },
  { kernelName: tf.AvgPoolGrad, kernelFunc: avgPoolGrad },
];
