import type { KernelConfig, NamedAttrMap } from '@tensorflow/tfjs-core';
import { checkInt32Shape, MOST_INT32, shapeText } from '../binding/shape-limits.ts';

/** Arguments of TensorFlow.js' kernels that are shapes: of Fill, Reshape, BroadcastTo, ScatterNd, SparseToDense, convolutions. */
const SHAPES = ['shape', 'outputShape', 'inputShape', 'filterShape'];
/** Those that are a count: of OneHot, LinSpace, Multinomial, Bincount and the like. */
const COUNTS = ['depth', 'num', 'numSamples', 'size', 'k', 'blockSize'];

/**
 * The kernel, with its arguments checked before TensorFlow.js makes tensors of int32 of them, in which a number from
 * 2^31 up would silently be another one, and before TensorFlow makes shapes of these.
 */
export function checkingArguments(kernel: KernelConfig): KernelConfig {
  const { kernelName, kernelFunc } = kernel;
  return {
    ...kernel,
    kernelFunc: (call) => {
      checkArguments(kernelName, call.attrs);
      return kernelFunc(call);
    },
  };
}

/** @throws Error that names the op and the argument */
function checkArguments(kernel: string, args: NamedAttrMap | undefined): void {
  for (const [name, value] of Object.entries(args ?? {})) {
    if (Array.isArray(value)) {
      if (SHAPES.includes(name)) checkShapeArgument(kernel, name, value as number[]);
      // Repetitions, paddings, places and sizes, one for each dimension.
      else checkNumbers(kernel, name, value.flat() as unknown[]);
    } else if (COUNTS.includes(name)) checkNumbers(kernel, name, [value]);
  }
}

function checkShapeArgument(kernel: string, name: string, shape: readonly number[]): void {
  try {
    // The one size that may be left open, of Reshape.
    checkInt32Shape(shape.map((size) => (size === -1 ? 1 : size)));
  } catch (error) {
    throw new Error(`${kernel}: ${name}: ${(error as Error).message}`, { cause: error });
  }
}

function checkNumbers(kernel: string, name: string, values: readonly unknown[]): void {
  const large = values.find(
    (value) => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) > MOST_INT32,
  );
  if (large !== undefined)
    throw new Error(
      `${kernel}: ${name}: TensorFlow takes numbers up to ${MOST_INT32} here, got ${values.length === 1 ? String(large) : shapeText(values as number[])}`,
    );
}
