import { pText } from '../claims/claims-table.ts';
import { intervalText } from '../claims/gate.ts';
import type { Section } from '../rows.ts';
import { placed, seriesAnchor } from '../section-names.ts';
import { resting, table, type Table } from '../tabular.ts';
import { ABSENT, capitalised, sampleText, signed } from '../text.ts';
import { type FactorOutcome, levelText, type SeriesOutcome } from './outcomes.ts';

/** The levels of a series, a line each. */
export function levelsTable({ factor }: FactorOutcome, { title, levels }: SeriesOutcome, metric: string): Table {
  const [first] = levels;
  return table(`${capitalised(factor.title)}, ${title}`, levels, [
    [factor.title, 'l', (one) => levelText(one, factor.unit)],
    ['arm', 'l', (one) => one.title],
    [metric, 'r', ({ sample, on }) => resting(sampleText(sample), on)],
    [
      `over ${levelText(first!, factor.unit)}`,
      'r',
      ({ differences: { mean }, ...one }) => (mean === null || one.arm === first!.arm ? ABSENT : signed(mean)),
    ],
    ['95 %, its pairs', 'r', ({ interval }) => (interval === null ? ABSENT : intervalText(interval, signed))],
    ['95 %, the model', 'r', ({ estimate }) => (estimate === null ? ABSENT : intervalText(estimate.interval, signed))],
  ]);
}

/** Whether the levels of each series are alike, by the one model of all: a series a line. */
export function testsTable({ name, factor, series, exploratory }: FactorOutcome, section: Section): Table {
  return table(`${capitalised(factor.title)}: F-tests`, series, [
    ['series', 'l', (one) => placed(seriesAnchor(section, name, series.indexOf(one) + 1), `${one.title}${exploratory ? ' (exploratory)' : ''}`)], // prettier-ignore
    ['F', 'r', ({ test }) => (test === null ? ABSENT : test.f.toFixed(2))],
    ['degrees of freedom', 'r', ({ test }) => test?.df.join(', ') ?? ABSENT],
    ['p', 'r', ({ test }) => pText(test?.p ?? null)],
    ['adjusted p', 'r', ({ adjusted }) => pText(adjusted)],
    ['that it matters', 'l', ({ text }) => text],
  ]);
}
