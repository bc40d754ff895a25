/** A figure shows no more than six significant digits; the tables and results hold the rest. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
