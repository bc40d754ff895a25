import type { Plan } from '@spatial-ensemble/record';

import type { StoredResult } from './read-results.ts';
import { headlineSample, type Row, referenceRows, type Section, sections } from './rows.ts';
import { runStates } from './states.ts';
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
  return section === undefined ? [] : section.rows.map((row) => line(row, section, plan));
}

function line(row: Row, { rows }: Section, { study: { headline } }: Plan): string {
  const { network, metric } = headline;
  const sample = headlineSample(row, headline, network);
  const states = rowStatesText(row);
  if (sample.mean === null) return `${row.arm.title}: ${states}`;
  const over = referenceRows(rows, headline)
    .filter(() => row.arm.role !== 'reference')
    .map(
      (reference) =>
        `${differenceText(sample, headlineSample(reference, headline, network))} over ${reference.arm.title}`,
    );
  const number = `${row.arm.title}: ${metric} of the ${network} ${sampleText(sample)}`;
  return [number, ...over, ...(states === 'complete' ? [] : [states])].join('; ');
}
