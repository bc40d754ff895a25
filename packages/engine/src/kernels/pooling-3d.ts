import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { ints, text, type } from './attributes.ts';
import { kernel } from './kernel-call.ts';
import { overhang } from './pooling.ts';

type Shape5 = [number, number, number, number, number];
type Sides = [number, number][];

interface PoolAttributes {
  readonly filterSize: [number, number, number] | number;
  readonly strides: [number, number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat?: 'NDHWC' | 'NCDHW';
}

/** A pooling as TensorFlow's ops take it: padded by name, or of volumes that were padded before. */
interface Plan {
  readonly shape: Shape5;
  readonly attributes: ReturnType<typeof ints>[];
  /** What is added on both sides of each axis of the volumes first. */
  readonly sides: Sides | undefined;
}

function planOf(backend: KernelBackend, x: tf.TensorInfo, attrs: PoolAttributes): Plan {
  const { filterSize, strides, pad, dimRoundingMode, dataFormat = 'NDHWC' } = attrs;
  const info = tf.backend_util.computePool3DInfo(
    x.shape as Shape5,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
    dataFormat,
  );
  const spread = <T>(around: T, depth: T, height: T, width: T): T[] =>
    dataFormat === 'NDHWC' ? [around, depth, height, width, around] : [around, around, depth, height, width];
  const isSame = info.padInfo.type === 'SAME';
  const { front, back, top, bottom, left, right } = info.padInfo;
  const axis = (before: number, after: number, out: number, stride: number, window: number, size: number) =>
    [before, after + overhang(out, stride, window, size + before + after)] as [number, number];
  const sides = spread<[number, number]>(
    [0, 0],
    axis(front, back, info.outDepth, info.strideDepth, info.filterDepth, info.inDepth),
    axis(top, bottom, info.outHeight, info.strideHeight, info.filterHeight, info.inHeight),
    axis(left, right, info.outWidth, info.strideWidth, info.filterWidth, info.inWidth),
  );
  return {
    shape: info.outShape,
    attributes: [
      type('T', backend.getDTypeInteger(x.dtype)),
      ints('ksize', spread(1, info.filterDepth, info.filterHeight, info.filterWidth)),
      ints('strides', spread(1, info.strideDepth, info.strideHeight, info.strideWidth)),
      text('padding', isSame ? 'SAME' : 'VALID'),
      text('data_format', dataFormat),
    ],
    sides: isSame || sides.every(([before, after]) => before + after === 0) ? undefined : sides,
  };
}

function padded(x: tf.TensorInfo, sides: Sides | undefined, value: number): tf.Tensor {
  return sides === undefined ? (x as tf.Tensor) : tf.pad(x as tf.Tensor, sides, value);
}

/** The part of a gradient that belongs to the volumes, without what was added around them. */
function unpadded(gradient: tf.Tensor, sides: Sides | undefined, shape: readonly number[]): tf.Tensor {
  if (sides === undefined) return gradient;
  return tf.slice(
    gradient,
    sides.map(([before]) => before),
    [...shape],
  );
}

/** How much of each window is volume: TensorFlow.js averages over that alone, and gives 0 where there is none. */
function coverage(backend: KernelBackend, { attributes, sides }: Plan, x: tf.TensorInfo): tf.Tensor {
  const share = backend.executeSingleOutput('AvgPool3D', attributes, [padded(tf.ones(x.shape as Shape5), sides, 0)]);
  return tf.where(tf.greater(share, 0), share, 1);
}

/**
 * Pooling of volumes, forward and backward, with padding by number and sizes that are rounded up;
 * `@tensorflow/tfjs-node-gpu` 4.22 knows `same` and `valid` only.
 */
export const pooling3dKernels = [
  kernel<tf.MaxPool3DInputs, PoolAttributes>(tf.MaxPool3D, ({ inputs: { x }, backend, attrs }) => {
    const { shape, attributes, sides } = planOf(backend, x, attrs);
    if (shape.includes(0)) return tf.zeros(shape, x.dtype as 'float32');
    return tf.tidy(() => backend.executeSingleOutput('MaxPool3D', attributes, [padded(x, sides, -Infinity)]));
  }),
  kernel<tf.MaxPool3DGradInputs, PoolAttributes>(
    tf.MaxPool3DGrad,
    ({ inputs: { dy, input, output }, backend, attrs }) => {
      const { attributes, sides } = planOf(backend, input, attrs);
      return tf.tidy(() => {
        const given = [padded(input, sides, -Infinity), output, dy];
        // The op has a type of its own for the volumes.
        const typed = [...attributes, type('TInput', backend.getDTypeInteger(input.dtype))];
        return unpadded(backend.executeSingleOutput('MaxPool3DGrad', typed, given), sides, input.shape);
      });
    },
  ),
  kernel<tf.AvgPool3DInputs, PoolAttributes>(tf.AvgPool3D, ({ inputs: { x }, backend, attrs }) => {
    const plan = planOf(backend, x, attrs);
    const { shape, attributes, sides } = plan;
    if (shape.includes(0)) return tf.zeros(shape, x.dtype as 'float32');
    return tf.tidy(() => {
      const mean = backend.executeSingleOutput('AvgPool3D', attributes, [padded(x, sides, 0)]);
      return sides === undefined ? mean : tf.div(mean, coverage(backend, plan, x));
    });
  }),
  kernel<tf.AvgPool3DGradInputs, PoolAttributes>(tf.AvgPool3DGrad, ({ inputs: { dy, input }, backend, attrs }) => {
    const plan = planOf(backend, input, attrs);
    const { attributes, sides } = plan;
    return tf.tidy(() => {
      const scaled = sides === undefined ? dy : tf.div(dy as tf.Tensor, coverage(backend, plan, input));
      const shape = input.shape.map((size, axis) => size + (sides?.[axis]?.[0] ?? 0) + (sides?.[axis]?.[1] ?? 0));
      const gradient = backend.executeSingleOutput('AvgPool3DGrad', attributes, [tf.tensor1d(shape, 'int32'), scaled]);
      return unpadded(gradient, sides, input.shape);
    });
  }),
];
