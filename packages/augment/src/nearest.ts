import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean 'folder'?`, where one of the names is near: at most two edits away, or a third of the word. */
export function meant(given: unknown, names: readonly string[]): string {
  if (typeof given !== 'string' || names.length === 0) return '';
  const nearest = closest(given.toLowerCase(), names);
  const edits = distance(given.toLowerCase(), nearest.toLowerCase());
  return edits <= Math.max(2, Math.floor(given.length / 3)) ? ` Did you mean '${nearest}'?` : '';
}
