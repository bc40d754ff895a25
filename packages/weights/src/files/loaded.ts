import type { FloatTensor } from '../state-dict.ts';

/** What a file of somebody else holds. */
export interface Loaded {
  readonly tensors: ReadonlyMap<string, FloatTensor>;
  /** What is no weight, and why: counters, the optimiser's state. */
  readonly ignored: ReadonlyMap<string, string>;
}

/** Bytes of all tensors of a file together; ResNet-152 has 0.25 GB. */
export const MOST_BYTES = 8 * 2 ** 30;

/** Why a tensor of whole numbers is left out. */
export const WHOLE = 'whole numbers, such as a counter';
