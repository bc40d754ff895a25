import { mean } from './sample.ts';

/** Where the spread of crossed differences is from, each a variance; none is below 0. */
export interface CrossedVariance {
  /** Of what a split adds. */
  readonly split: number;
  /** Of what a seed of training adds, on whatever split. */
  readonly training: number;
  /** Of what is neither's alone. */
  readonly rest: number;
}

/**
 * The variance components of a table without repeats, splits by trainings, both random (two-way analysis of variance,
 * method of moments): of the mean squares MS, split = (MS_split − MS_rest) / trainings, training = (MS_training −
 * MS_rest) / splits, rest = MS_rest. An estimate below 0 is shown as 0.
 *
 * @param table a split a line, a training a column
 * @returns null for fewer than two of either
 */
export function crossedVariance(table: readonly (readonly number[])[]): CrossedVariance | null {
  const [rows, columns] = [table.length, table[0]?.length ?? 0];
  if (rows < 2 || columns < 2) return null;
  const all = mean(table.flat())!;
  const ofRow = table.map((row) => mean(row)! - all);
  const ofColumn = Array.from({ length: columns }, (_, c) => mean(table.map((row) => row[c]!))! - all);
  const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value ** 2, 0);
  const left = table.flatMap((row, r) => row.map((value, c) => value - all - ofRow[r]! - ofColumn[c]!));
  const rest = squares(left) / ((rows - 1) * (columns - 1));
  const split = (columns * squares(ofRow)) / (rows - 1);
  const training = (rows * squares(ofColumn)) / (columns - 1);
  return {
    split: Math.max(0, (split - rest) / columns),
    training: Math.max(0, (training - rest) / rows),
    rest,
  };
}
