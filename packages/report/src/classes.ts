import type { Result } from '@spatial-ensemble/record';

import type { Block } from './blocks.ts';
import { behind, type Row } from './rows.ts';
import { table } from './tabular.ts';
import { ABSENT, count, plain, plural, seedsText } from './text.ts';

/** More classes than these are not listed: ImageNet has 1,000. */
const MOST_LISTED = 100;

/** Runs whose splits have the same number of each class. */
interface Counted {
  readonly classes: readonly string[];
  /** By split. */
  readonly perClass: ReadonlyMap<string, readonly number[]>;
  /** Of which runs: seeds by the evaluation's name, of trained runs by none. */
  readonly uses: Map<string, Set<number>>;
}

/** How many images of each class the splits behind rows have: a table by name, once for all seeds where they agree. */
export function classBlocks(rows: readonly Row[]): Block[] {
  const all = countedOf(rows);
  return all.flatMap((counted) => {
    const of = all.length > 1 ? `, ${plain(usesText(counted))}` : '';
    const { classes } = counted;
    return classes.length > MOST_LISTED
      ? [`${plural(classes.length, 'class', 'classes')}${of}: ${rangesText(counted)}.`]
      : [`Images of each class${of}:`, classTable(counted)];
  });
}

function countedOf(rows: readonly Row[]): Counted[] {
  const found = new Map<string, Counted>();
  for (const { planned, result } of rows.flatMap(behind)) {
    const { classes } = result;
    const perClass = countsOf(result);
    if (classes === undefined || perClass.size === 0) continue;
    const key = JSON.stringify([classes, [...perClass]]);
    const known = found.get(key) ?? { classes, perClass, uses: new Map() };
    const name = planned.evaluation ?? '';
    known.uses.set(name, (known.uses.get(name) ?? new Set()).add(planned.seed));
    found.set(key, known);
  }
  return [...found.values()];
}

/** Of the splits that have images, and whose counts were recorded. */
function countsOf({ splits }: Result): ReadonlyMap<string, readonly number[]> {
  return new Map(
    splits.flatMap(({ name, images, perClass }) => (images > 0 && perClass !== undefined ? [[name, perClass]] : [])),
  );
}

/** `seeds 1, 2; linear of seeds 1, 2`. */
function usesText({ uses }: Counted): string {
  return [...uses]
    .map(([name, seeds]) => [name, seedsText([...seeds].toSorted((a, b) => a - b))] as const)
    .map(([name, seeds]) => (name === '' ? seeds : `${name} of ${seeds}`))
    .join('; ');
}

function classTable({ classes, perClass }: Counted): Block {
  const labels = classes.map((name, label) => ({ name, label }));
  return table('Images of each class', labels, [
    ['class', 'l', ({ name }) => name],
    ...[...perClass].map(
      ([split, counts]) => [split, 'r', ({ label }: (typeof labels)[number]) => numberText(counts[label])] as const,
    ),
  ]);
}

function numberText(n: number | undefined): string {
  return n === undefined ? ABSENT : count(n);
}

/** `labelled: 10 of each; unlabelled: 732 to 1,300`. */
function rangesText({ perClass }: Counted): string {
  return [...perClass]
    .map(([split, counts]) => {
      const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
      return `${plain(split)} ${fewest === most ? '' : `${count(fewest)} to `}${count(most)} of each`;
    })
    .join('; ');
}
