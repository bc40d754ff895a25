import { biasAdd, conv2d, type Padding } from '@spatial-ensemble/engine';
import { constant, heNormalFanOut } from '../initialisers.ts';
import { declare, read, type Module } from '../network.ts';
import { perOutput } from '../variables.ts';

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
    {
      shape: [size, size, inputs, outputs],
      module,
      name: 'kernel',
      outAxis: 3,
      decays: true,
      torch: { name: `${module}.weight`, axes: [3, 2, 0, 1] },
    },
    heNormalFanOut,
  );
  const offset = declare(perOutput(module, 'bias', outputs, 'bias'), constant(0));
  const pad: Padding = padding === 'symmetric' ? (size - 1) / 2 : padding;
  return {
    declares: bias ? [kernel, offset] : [kernel],
    forward: (pass, x) => {
      const y = conv2d(x, read(pass, kernel), stride, pad);
      return bias ? biasAdd(y, read(pass, offset)) : y;
    },
  };
}
