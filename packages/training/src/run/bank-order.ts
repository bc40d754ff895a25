import { UNKNOWN } from '@spatial-ensemble/datasets';
import { permutation, seeds, type Seed } from '@spatial-ensemble/random';
import type { RunData } from '../data.ts';

/**
 * The order in which training images that have a label and are not held out enter a bank: drawn from the seed, the same
 * in all arms. `]!`: a permutation holds places that there are.
 */
export function bankOrder(seed: Seed, { split, train }: RunData): Int32Array {
  const held = new Set(split.heldOut);
  const used = [...new Set([...split.labelled, ...split.unlabelled])]
    .filter((index) => !held.has(index) && train.labels[index] !== UNKNOWN)
    .sort((a, b) => a - b);
  return permutation(seeds(seed).split.fold('bank'), used.length).map((place) => used[place]!);
}
