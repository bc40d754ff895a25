import type { Key } from '@spatial-ensemble/random';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The element types that TensorFlow takes from the host; `Uint8Array` is uint8, not a bool. */
export type HostArray = Float32Array | Int32Array | Uint8Array;

/**
 * Data on the host that a compiled function takes as an argument: a typed array and its shape.
 * Inside the function it is a tensor: float32 for `Float32Array`, int32 for the others; a `Uint8Array`
 * travels as uint8 and is widened where it is used.
 */
export interface HostTensor {
  readonly data: HostArray;
  readonly shape: readonly number[];
}

/** What a tree may hold at its leaves. */
export type Leaf = Tensor | HostTensor | Key;

/** Nested arrays and plain objects of leaves, as in jax. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [name: string]: Tree<T> };

/** What may be given for a tree that a compiled function takes: host tensors in the place of tensors. */
export type Given<T> = T extends Tensor
  ? T | HostTensor
  : T extends Key | HostTensor
    ? T
    : T extends object
      ? { readonly [Name in keyof T]: Given<T[Name]> }
      : T;

/** A host tensor that holds one float32. */
export function hostScalar(value: number): HostTensor {
  return { data: Float32Array.of(value), shape: [] };
}

/** Whether `value` is a typed array with its shape. */
export function isHostTensor(value: unknown): value is HostTensor {
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    'shape' in value &&
    ArrayBuffer.isView((value as HostTensor).data)
  );
}
