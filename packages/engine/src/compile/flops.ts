import type { Symbol } from './symbol.ts';

/**
 * Floating-point operations of one node, a multiplication and an addition counted as two: those of convolutions and
 * matrix products, beside which everything else in a network is small. 0 for any other op. Windows that hang over the
 * border count in full, as is usual.
 */
export function flopsOf(name: string, inputs: readonly Symbol[], outputs: readonly Symbol[]): number {
  switch (name) {
    case 'Conv2D':
      return convolution(outputs[0], inputs[1]);
    case 'Conv2DBackpropInput':
      return convolution(inputs[2], inputs[1]);
    case 'Conv2DBackpropFilter':
      return convolution(inputs[2], outputs[0]);
    case 'MatMul':
    case 'BatchMatMulV2':
      return product(inputs[0], inputs[1], outputs[0]);
    default:
      return 0;
  }
}

/** Every value of the output, or of its gradient, is a sum of as many products as the filter has values a channel. */
function convolution(output: Symbol | undefined, filter: Symbol | undefined): number {
  return (2 * size(output) * size(filter)) / (filter?.shape?.at(-1) || 1);
}

/** [m, k] · [k, n]: (m·k) (k·n) (m·n) is the square of m·k·n, whichever of the two is transposed. */
function product(a: Symbol | undefined, b: Symbol | undefined, output: Symbol | undefined): number {
  const batch = output?.shape?.slice(0, -2).reduce((all, length) => all * length, 1) || 1;
  return 2 * batch * Math.sqrt((size(a) / batch) * (size(b) / batch) * (size(output) / batch));
}

function size(symbol: Symbol | undefined): number {
  return symbol?.shape?.reduce((all, length) => all * length, 1) ?? 0;
}
