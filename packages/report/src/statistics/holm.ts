/**
 * P-values of one family, adjusted by Holm (1979), in the order given: the chance of any false rejection in the family
 * stays below the level that an adjusted p-value is held against.
 */
export function holm(pValues: readonly number[]): number[] {
  const ascending = pValues.map((p, place) => ({ p, place })).toSorted((a, b) => a.p - b.p);
  const adjusted = pValues.map(() => 0);
  let largest = 0;
  for (const [rank, { p, place }] of ascending.entries()) {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[place] = largest;
  }
  return adjusted;
}
