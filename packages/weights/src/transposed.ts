import type { FloatTensor } from './state-dict.ts';

/**
 * A tensor with its axes in another order: axis i of the new one is axis `axes[i]` of the old one.
 *
 * `]!`: axes are those of the shape.
 */
export function transposed({ data, shape }: FloatTensor, axes: readonly number[]): FloatTensor {
  const sizes = axes.map((axis) => shape[axis]!);
  if (data.length === 0 || axes.every((axis, i) => axis === i)) return { data, shape: sizes };
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  // Axes of one element move nothing; most kernels are 1×1.
  const moved = axes.filter((axis) => shape[axis] !== 1);
  const out = new Float32Array(data.length);
  copyAxis(
    data,
    out,
    { from: 0, to: 0 },
    moved.map((axis) => ({ size: shape[axis]!, stride: strides[axis]! })),
  );
  return { data: out, shape: sizes };
}

interface Axis {
  readonly size: number;
  /** Elements of the old tensor from one place to the next. */
  readonly stride: number;
}

/** Copies what lies along these axes from one place on. @returns the place behind it */
function copyAxis(
  data: Float32Array,
  out: Float32Array,
  at: { from: number; to: number },
  axes: readonly Axis[],
): number {
  const [axis = { size: 1, stride: 1 }, ...inner] = axes;
  let { from, to } = at;
  for (let i = 0; i < axis.size; i++, from += axis.stride) {
    if (inner.length === 0) out[to++] = data[from]!;
    else to = copyAxis(data, out, { from, to }, inner);
  }
  return to;
}

/** The order that undoes another one. */
export function inverse(axes: readonly number[]): readonly number[] {
  return axes.map((_, axis) => axes.indexOf(axis));
}
