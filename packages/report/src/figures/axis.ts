/** A quantitative axis that figures share: its ends, its ticks, and how many decimals their labels have. */
export interface Axis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /** In d3's notation, so that no label shows the noise of binary fractions. */
  readonly format: string;
}

/** Whole steps of 1, 2 or 5 times a power of ten, the coarsest of which there are at least `intervals` from end to end. */
export function roundAxis(values: readonly number[], intervals: number): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // What differs by less than a float32 can tell is one value.
  const apart = most - least > 1e-7 * Math.max(Math.abs(most), Math.abs(least));
  const span = apart ? most - least : Math.abs(most) || 1;
  const power = Math.floor(Math.log10(span / intervals));
  const exact = span / intervals / 10 ** power;
  const factor = [5, 2, 1].find((one) => one <= exact * (1 + 1e-9)) ?? 1;
  const decimals = Math.max(0, -power);
  // Numbers of steps are whole, and a step is a decimal: products are rounded to it.
  const at = (n: number): number => Number((n * factor * 10 ** power).toFixed(decimals));
  const step = factor * 10 ** power;
  const [first, last] = [
    Math.floor(least / step + 1e-9),
    Math.max(Math.ceil(most / step - 1e-9), Math.floor(least / step) + 1),
  ];
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => at(first + i));
  return { domain: [at(first), at(last)], ticks, format: `,.${decimals}f` };
}

/** The axis of training steps: it ends with the run, at a round number or not. */
export function stepAxis(steps: readonly number[], intervals: number): Axis {
  const { ticks, format } = roundAxis([0, ...steps], intervals);
  const end = Math.max(1, ...steps);
  return { domain: [0, end], ticks: ticks.filter((tick) => tick <= end), format };
}

/** The axis as Vega-Lite takes it. */
export function vegaAxis({ domain, ticks, format }: Axis) {
  return { scale: { domain: [...domain], nice: false }, axis: { values: [...ticks], format, labelOverlap: false } };
}
