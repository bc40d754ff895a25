import type { Made, Value } from '@spatial-ensemble/files';

/** A block of numbers that lies elsewhere, as torch's pickles refer to it. */
export interface StorageRef extends Made {
  readonly kind: 'storage';
  /** `FloatStorage`. */
  readonly type: string;
  readonly key: string;
  /** Elements. */
  readonly count: number;
}

/** A tensor of torch: a view of a storage. */
export interface TensorRef extends Made {
  readonly kind: 'tensor';
  readonly storage: StorageRef;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Whether a value is a tensor. */
export function isTensor(value: Value | undefined): value is TensorRef {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor';
}
