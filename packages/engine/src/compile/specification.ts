import { Key } from '@spatial-ensemble/random';
import type { DataType as DataTypeName } from '@tensorflow/tfjs-core';
import { DataType } from '../binding/dtypes.ts';
import { TracedKey } from '../random/traced-key.ts';
import { isHostTensor, type HostTensor, type Leaf } from '../tree.ts';

/** One value that passes into or out of a compiled function. */
export interface Specification {
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** The element type that a host tensor has in a graph. */
export function hostDataType(leaf: HostTensor): number {
  if (leaf.data instanceof Float32Array) return DataType.float32;
  if (leaf.data instanceof Int32Array) return DataType.int32;
  if (leaf.data instanceof Uint8Array) return DataType.uint8;
  throw new Error(
    `a host tensor holds a Float32Array, an Int32Array or a Uint8Array, got ${(leaf.data as object).constructor.name}`,
  );
}

const TFJS_TYPES: { readonly [type in DataTypeName]: number } = {
  float32: DataType.float32,
  int32: DataType.int32,
  bool: DataType.bool,
  complex64: DataType.complex64,
  string: DataType.string,
};

/** The type and shape under which a leaf enters a graph. */
export function specify(leaf: Leaf): Specification {
  if (leaf instanceof TracedKey) throw new Error('a traced key was used outside the function that received it');
  if (leaf instanceof Key) return { dtype: DataType.uint64, shape: [1] };
  if (isHostTensor(leaf)) return { dtype: hostDataType(leaf), shape: leaf.shape };
  return { dtype: TFJS_TYPES[leaf.dtype], shape: leaf.shape };
}
