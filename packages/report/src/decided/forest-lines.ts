import type { ForestLine } from '../figures/forest.ts';
import { trainedOn } from '../rows.ts';
import { sectionName } from '../section-names.ts';
import type { DecidedLine } from './line.ts';

/** What was decided as a forest plot has it: where there is an estimate with its pairs. */
export function forestLines(lines: readonly DecidedLine[]): ForestLine[] {
  return lines.flatMap(({ plan: { study }, section, asked, exploratory, estimate, ...line }) => {
    if (estimate === null) return [];
    const { kind, value, interval, unit, smallest } = estimate;
    return [
      {
        setting: [study.title, sectionName(section), ...trainedOn(section.rows)].join(' · '),
        claim: line.kind === 'factor' ? `${asked}: ${line.difference}` : asked,
        kind,
        unit,
        pairs: line.pairs,
        value,
        interval,
        shaded: smallest,
        verdict: exploratory ? `${line.verdict} (exploratory)` : line.verdict,
      },
    ];
  });
}
