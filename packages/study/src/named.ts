import { suggestion } from '@spatial-ensemble/record';

/** @throws Error where nothing has that name; the schemas refuse a study in which that could be. */
export function named<T>(all: { readonly [name: string]: T } | undefined, name: string): T {
  const found = all?.[name];
  if (found === undefined) throw new Error(`nothing is called '${name}'.${suggestion(name, Object.keys(all ?? {}))}`);
  return found;
}

/** @throws Error of an empty list: a selection of no arm or no seed asks for nothing. */
export function first<T>([one]: readonly T[]): T {
  if (one === undefined) throw new Error('no arm or no seed is chosen, so nothing is run');
  return one;
}
