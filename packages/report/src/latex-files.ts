import type { Plan } from '@spatial-ensemble/record';

import { claimsTable, gatesTable } from './claims/claims-table.ts';
import { differenceLines, differencesTable } from './claims/differences-table.ts';
import { failureOutcomes } from './claims/failure-outcomes.ts';
import { discordanceTable, failedTable } from './claims/failure-tables.ts';
import { comparisonsOf, gatesOf, outcomesOf } from './claims/outcomes.ts';
import { curvesOf } from './curves/curves.ts';
import { curvesTable } from './curves/table.ts';
import { factorsOf } from './factors/outcomes.ts';
import { levelsTable, testsTable } from './factors/tables.ts';
import { latex } from './latex.ts';
import type { Section } from './rows.ts';
import { sectionName } from './section-names.ts';
import { gridsOf, type SweptGrid } from './sweeps/points.ts';
import { sweepTable } from './sweeps/table.ts';
import { headlineTable } from './tables.ts';

/** The tables of a study in LaTeX, a file for each kind: `table.tex`, `claims.tex` and `differences.tex` where it claims something, `failures.tex` where it counts failures, `factors.tex` where it has factors, `curves.tex` where its measures stand along an axis, `sweeps.tex` where something was swept. */
export function latexFiles(
  plan: Plan,
  sections: readonly Section[],
  grids: readonly SweptGrid[] = [],
): [path: string, tex: string][] {
  const { title, headline } = plan.study;
  const run = sections.filter(({ rows }) => rows.some(({ shown }) => shown.length > 0));
  const what = (section: Section): string => `${title}, ${sectionName(section)}`;
  const tables: [path: string, texts: string[]][] = [
    ['table.tex', run.map((section) => latex(what(section), headlineTable(section, headline)))],
    [
      'claims.tex',
      sections.flatMap((section) => {
        const [outcomes, gates] = [outcomesOf(plan, section), gatesOf(plan, section)];
        return [
          ...(outcomes.length === 0 ? [] : [latex(what(section), claimsTable(outcomes, section))]),
          ...(gates.length === 0 ? [] : [latex(`${what(section)}: gates`, gatesTable(gates))]),
        ];
      }),
    ],
    [
      'differences.tex',
      run.flatMap((section) => {
        const lines = differenceLines(section.rows, comparisonsOf(plan, section), headline);
        return lines.length === 0 ? [] : [latex(what(section), differencesTable(lines))];
      }),
    ],
    [
      'failures.tex',
      run.flatMap((section) =>
        failureOutcomes(plan, section).flatMap((one) => [
          latex(what(section), failedTable(one, section.rows)),
          latex(what(section), discordanceTable(one, section)),
        ]),
      ),
    ],
    [
      'factors.tex',
      run.flatMap((section) =>
        factorsOf(plan, section).flatMap((factor) => [
          ...factor.series.map((series) =>
            latex(`${what(section)}: ${series.title}`, levelsTable(factor, series, headline.metric)),
          ),
          latex(what(section), testsTable(factor, section)),
        ]),
      ),
    ],
    [
      'curves.tex',
      run.flatMap(({ rows, ...section }) =>
        curvesOf(rows).map((curves) => latex(`${what({ ...section, rows })}: ${curves.title}`, curvesTable(curves))),
      ),
    ],
    [
      'sweeps.tex',
      sections.flatMap((section) =>
        gridsOf(grids, section).map((grid) => latex(what(section), sweepTable(grid, headline))),
      ),
    ],
  ];
  return tables.flatMap(([path, texts]) =>
    texts.length === 0 ? [] : [[path, texts.join('\n\n')] as [string, string]],
  );
}
