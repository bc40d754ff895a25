import type { DataManifest } from '@spatial-ensemble/record';

import { distinct, type Pool, poolsOf } from './pools.ts';
import { behind, type Row } from './rows.ts';
import { runLink } from './run-links.ts';
import { plain, plural, seedsText } from './text.ts';

/** The data behind rows, each set of images once. */
export function dataOf(rows: readonly Row[]): DataManifest[] {
  const all = rows.flatMap((row) => behind(row).flatMap(({ result }) => result.run.data.manifests));
  return distinct(all, (manifest) => `${manifest.sha256} ${manifest.split}`);
}

/** What the numbers of a section were computed from: images, splits, arithmetic. A paragraph and its list each. */
export function provenance(rows: readonly Row[]): string[] {
  const data = dataOf(rows).map(
    ({ title, split, images, sha256, verified }) =>
      `${plain(title)}, ${split}: ${plural(images, 'image')}, \`${sha256.slice(0, 12)}\`${verified ? '' : ', **unverified**'}`,
  );
  const splits = distinct(
    rows.flatMap((row) =>
      behind(row).flatMap(({ planned: { seed }, result }) => result.splits.map((split) => ({ ...split, seed }))),
    ),
    ({ name, seed, indices }) => `${name} ${seed} ${indices}`,
  )
    .sort((a, b) => a.seed - b.seed)
    .map(
      ({ name, seed, images, indices }) =>
        `seed ${seed}, ${plain(name)}: ${plural(images, 'image')}, indices \`${indices.slice(0, 12)}\``,
    );
  const pools = poolsOf(rows);
  return [
    listed('Data:', data),
    ...(splits.length === 0 ? [] : [listed('Splits, drawn from the seed:', splits)]),
    listed(
      pools.length > 1
        ? 'Arithmetic, of more than one kind (last digits do not compare between kinds, and the arms of a seed ran with one):'
        : 'Arithmetic:',
      pools.map((pool) =>
        pools.length > 1 ? `(${pool.letter}) ${plain(`${pool.text}: ${usesText(pool)}`)}` : plain(pool.text),
      ),
    ),
  ];
}

function usesText({ seeds, evaluations }: Pool): string {
  return [
    ...(seeds.length > 0 ? [seedsText(seeds)] : []),
    ...[...evaluations].map(([name, of]) => `${name} of ${seedsText(of)}`),
  ].join('; ');
}

/** Results of the declared runs that are not counted, each with the reason. */
export function othersTexts(rows: readonly Row[]): string[] {
  return rows.flatMap(({ arm, runs, evaluations }) =>
    [...runs, ...evaluations].flatMap(({ planned, others }) =>
      others.map(
        ({ stored, why }) =>
          `Not counted: ${plain([arm.title, planned.evaluation].filter((part) => part !== undefined).join(': '))}, seed ${planned.seed}, ${runLink(stored)}: ${plain(why)}.`,
      ),
    ),
  );
}

function listed(title: string, lines: readonly string[]): string {
  return `${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
}
