import { normal, uniform, type Key } from '@spatial-ensemble/random';

/** Initial values of a variable, in row-major order, drawn from a key of its own. */
export type Initialiser = (key: Key, shape: readonly number[]) => Float32Array;

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1);
}

/** The same value everywhere. */
export function constant(value: number): Initialiser {
  return (_, shape) => new Float32Array(sizeOf(shape)).fill(value);
}

/** Changes each value of an array in place: of a large network there are tens of millions. */
function eachValue(values: Float32Array, change: (value: number) => number): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = change(values[i]!);
  return values;
}

/** Normal with mean 0 and the standard deviation that `deviation` gives for the shape; not truncated. */
function scaledNormal(deviation: (shape: readonly number[]) => number): Initialiser {
  return (key, shape) => {
    const scale = deviation(shape);
    return eachValue(normal(key, sizeOf(shape)), (value) => value * scale);
  };
}

/**
 * He's normal by fan-out, N(0, 2/(h·w·outputs)), for kernels `[h, w, inputs, outputs]`
 * (google-research/fixmatch@d4985a15 libml/models.py; PyTorch's `kaiming_normal_(mode='fan_out')` with gain √2).
 */
export const heNormalFanOut: Initialiser = scaledNormal((shape) => {
  const [height, width, , outputs] = shape as readonly [number, number, number, number];
  return Math.sqrt(2 / (height * width * outputs));
});

/**
 * Glorot's normal, N(0, 2/(inputs + outputs)), for dense kernels `[inputs, outputs]`.
 *
 * DEVIATION (fixmatch): TensorFlow's `glorot_normal_initializer` (google-research/fixmatch@d4985a15 libml/models.py) draws a
 * normal truncated at two deviations and widened to the same variance; PyTorch's `xavier_normal_`, which the ports of
 * FixMatch use, does not truncate, and neither do we.
 */
export const glorotNormal: Initialiser = scaledNormal((shape) => {
  const [inputs, outputs] = shape as readonly [number, number];
  return Math.sqrt(2 / (inputs + outputs));
});

/** Uniform in ±1/√inputs, PyTorch's default for the weight and the bias of `nn.Linear`. */
export function uniformFanIn(inputs: number): Initialiser {
  const bound = 1 / Math.sqrt(inputs);
  return (key, shape) => uniform(key, sizeOf(shape)).map((value) => (2 * value - 1) * bound);
}
