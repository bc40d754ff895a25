import { mean } from './sample.ts';

// What rliable reports (Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice", 2021).
// Both know nothing of pairs.

/** The mean of the middle half: a quarter of the values, rounded down, is left out at each end. Null of nothing. */
export function interquartileMean(values: readonly number[]): number | null {
  const cut = Math.floor(values.length / 4);
  return mean(values.toSorted((a, b) => a - b).slice(cut, values.length - cut));
}

/** The chance, 0 to 1, that a run of one arm lies above a run of the other, whatever their seeds; ties count half. Null of nothing. */
export function probabilityOfImprovement(values: readonly number[], others: readonly number[]): number | null {
  return mean(values.flatMap((value) => others.map((other) => aboveShare(value - other))));
}

/** The share, 0 to 1, of pairs whose difference is above 0; ties count half. Null of nothing. */
export function pairedShare(differences: readonly number[]): number | null {
  return mean(differences.map(aboveShare));
}

function aboveShare(difference: number): number {
  return (Math.sign(difference) + 1) / 2;
}
