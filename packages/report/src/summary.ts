import type { Plan, StoredResult } from '@spatial-ensemble/record';

import { pairArithmetics } from './pools.ts';
import { headlineSample, overReference, type Row, referenceRows, type Section, sections } from './rows.ts';
import { runStates } from './pairing.ts';
import { gridsOf, sweptGrids, type SweptGrid, valueText } from './sweeps/points.ts';
import { differenceText, rowStatesText, sampleText } from './text.ts';

/**
 * What the runs of a plan came to, an arm a line, at the tier and variant of its first run: for a terminal, after a
 * command. The page says more.
 */
export function summary(results: readonly StoredResult[], plan: Plan): string[] {
  const [first] = plan.runs;
  const section = sections(plan, runStates(plan, results)).find(
    ({ tier, variant }) => tier === first?.tier && variant?.name === first.variant,
  );
  if (section === undefined) return [];
  return [
    ...section.rows.map((row) => line(row, section, plan)),
    ...sweptLines(gridsOf(sweptGrids(plan, results), section), plan),
  ];
}

/** The points of grids, a line each. */
function sweptLines(grids: readonly SweptGrid[], { study: { headline } }: Plan): string[] {
  return grids.flatMap(({ sweep, points }) =>
    points.map(({ row, values, sample }) => {
      const at = sweep.keys.map((key, i) => `${key}=${valueText(values[i])}`).join(', ');
      return `Sweep: ${row.arm.title}, ${at}: ${sample.mean === null ? row.basis : `${headline.metric} of the ${headline.whose} ${sampleText(sample)}`}`;
    }),
  );
}

function line(row: Row, { rows }: Section, { study: { headline } }: Plan): string {
  const { whose, metric } = headline;
  const sample = headlineSample(row, headline, whose);
  const states = rowStatesText(row);
  if (sample.mean === null) return `${row.arm.title}: ${states}`;
  const over = referenceRows(rows, headline)
    .filter(() => row.arm.role !== 'reference')
    .map((reference) => {
      const difference = overReference(row, reference, headline);
      return `${differenceText(difference, row.shown.length)} over ${reference.arm.title}`;
    });
  const number = `${row.arm.title}: ${metric} of the ${whose} ${sampleText(sample)}`;
  const kinds = pairArithmetics(row);
  const pooled = kinds > 1 ? [`seeds of ${kinds} arithmetics`] : [];
  return [number, ...over, ...pooled, ...(states === 'complete' ? [] : [states])].join('; ');
}
