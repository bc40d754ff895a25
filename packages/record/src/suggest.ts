import { distance } from 'fastest-levenshtein';

/**
 * The candidate nearest to `name` by edit distance, or null where none is near: at most two edits, or a third of
 * the word, away (capitals do not count).
 */
export function nearest(name: string, candidates: readonly string[]): string | null {
  const wanted = name.toLowerCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1));
  const best = ranked[0];
  return best !== undefined && best.edits <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : null;
}

/** ` Did you mean 'momentum'? Valid here: momentum, preserve.`: what an error about an unknown name ends with. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates);
  const valid =
    candidates.length === 0 ? 'No name is valid here.' : `Valid here: ${[...candidates].sort().join(', ')}.`;
  return near === null ? ` ${valid}` : ` Did you mean '${near}'? ${valid}`;
}
