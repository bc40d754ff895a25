import { biasAdd, conv2d, type Padding } from '@spatial-ensemble/engine';
import { constant, heNormalFanOut } from '../initialisers.ts';
import { declare, type Module } from '../network.ts';

/**
 * `same`: TensorFlow's, as little as keeps ⌈size/stride⌉ pixels, the smaller half at the top and left.
 * `symmetric`: PyTorch's `padding=(size − 1)/2` on every side. They differ where a stride of 2 meets an even size:
 * the windows are centred on the odd pixels with `same` and on the even ones with `symmetric`. A number: so many pixels
 * on every side.
 */
export type ConvolutionPadding = 'same' | 'symmetric' | number;

export interface ConvolutionOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Height and width of the window, odd. */
  readonly size: number;
  readonly stride?: number;
  readonly bias: boolean;
  readonly padding: ConvolutionPadding;
}

/** Convolution of images; the kernel starts as He's normal by fan-out, the bias as 0. */
export function convolution(
  module: string,
  { inputs, outputs, size, stride = 1, bias, padding }: ConvolutionOptions,
): Module {
  const kernel = declare(
    { shape: [size, size, inputs, outputs], layout: 'HWIO', kind: 'kernel', module, outAxis: 3 },
    heNormalFanOut,
  );
  const offset = declare({ shape: [outputs], layout: 'C', kind: 'bias', module, outAxis: 0 }, constant(0));
  const pad: Padding = padding === 'symmetric' ? (size - 1) / 2 : padding;
  return {
    declares: bias ? [kernel, offset] : [kernel],
    forward: ({ variables: { params } }, x) => {
      const y = conv2d(x, params[kernel.name]!, stride, pad);
      return bias ? biasAdd(y, params[offset.name]!) : y;
    },
  };
}
