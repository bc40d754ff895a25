import type { Held } from '../../packages/command/test/soaked.ts';

/** Resident memory may grow by so much, in %, from after the start to the end: 10 MB, where it is 500. */
const MOST_GROWTH = 2;

/** So many samples tell. */
export const SAMPLES = 10;

/**
 * What has grown from the second tenth of the samples, when it is warm, to the last one.
 *
 * @returns the growth of resident memory in %, and a line for each thing that grew beyond its bound
 */
export function grown(held: readonly Held[]): { readonly growth: number; readonly failures: readonly string[] } {
  const tenth = Math.ceil(held.length / 10);
  const [warm, last] = [held.slice(tenth, 2 * tenth), held.slice(-tenth)];
  if (held.length < SAMPLES)
    return { growth: 0, failures: [`it said ${held.length} times what it holds, too few to tell`] };
  const change = (name: keyof Held): readonly [number, number] => [median(warm, name), median(last, name)];
  const [before, after] = change('bytes');
  const growth = 100 * (after / before - 1);
  const failures = growth > MOST_GROWTH ? [`RSS grew from ${before} to ${after} bytes, by more than ${MOST_GROWTH} %`] : []; // prettier-ignore
  for (const name of ['files', 'handles', 'tensors'] as const) {
    const [first, then] = change(name);
    if (then > first) failures.push(`${name} grew from ${first} to ${then}`);
  }
  return { growth, failures };
}

/** `!`: there are some, and the place is one of theirs. */
function median(held: readonly Held[], name: keyof Held): number {
  const values = held.map((one) => one[name]).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)]!;
}
