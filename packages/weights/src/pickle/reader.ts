import { readPickle as read, type Value } from '@spatial-ensemble/files';
import { made, resolved, storageOf } from './allowed.ts';
import type { StorageRef } from './value.ts';

/** What was read. */
export interface Pickled {
  readonly value: Value;
  /** Where the pickle ends. */
  readonly end: number;
  /** Every storage that it refers to, by its key. */
  readonly storages: ReadonlyMap<string, StorageRef>;
}

/**
 * Reads a pickle of torch: what it would import is on a list of what weights are made of, or an error. References to what
 * lies outside (a tensor's numbers) stay references.
 *
 * @param at where it begins; a file may hold several.
 * @throws Error that says what is wrong with it, for the name of a file in front.
 */
export function readPickle(bytes: Uint8Array, at = 0): Pickled {
  const storages = new Map<string, StorageRef>();
  const referred = (reference: Value): Value => {
    const storage = storageOf(reference);
    const known = storages.get(storage.key) ?? storage;
    if (known.type !== storage.type || known.count !== storage.count)
      throw new Error(`the storage ${storage.key} is said to be two things`);
    storages.set(storage.key, known);
    return known;
  };
  return { ...read(bytes, { resolved, made, referred }, at), storages };
}
