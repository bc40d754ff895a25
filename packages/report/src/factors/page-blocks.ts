import type { Plan } from '@spatial-ensemble/record';

import type { Block, DrawnFigure } from '../blocks.ts';
import { headlineUnit, type Section } from '../rows.ts';
import { capitalised, inUnit, plain, plural } from '../text.ts';
import { factorsOf } from './outcomes.ts';
import { levelsTable, testsTable } from './tables.ts';

const RULE_TEXT =
  'How this comes about: one linear model by least squares, value ~ seed + arm, of all arms of the factor over the seeds ' +
  'that all of them have; both are categories, and no shape is assumed. The F-test asks whether all levels of a series are ' +
  'alike, p adjusted by Holm over the series of this section; at .05 it is supported that the factor matters, else it is ' +
  'undecided. Nothing is refuted or equivalent, and no number of seeds is known that would decide, since no smallest effect ' +
  'is declared. Nothing is said before the planned seeds are there. Intervals are of single differences and decide nothing: those of the model take one spread for all arms, ' +
  'those of the pairs each its own. Exploratory is what was declared, as it is, after results of this section were there.';

/**
 * What a study's factors came to in a section, each under a heading of its own with its figure.
 *
 * @param figures of a factor, by its name
 */
export function factorBlocks(
  plan: Plan,
  section: Section,
  figures: (factor: string) => readonly DrawnFigure[],
): Block[] {
  const { headline } = plan.study;
  const measured = inUnit(headline.metric, headlineUnit(section.rows, headline));
  const factors = factorsOf(plan, section);
  const blocks = factors.flatMap((one): Block[] => {
    const { name, factor, series, seeds } = one;
    return [
      `### ${plain(capitalised(factor.title))}`,
      `${plural(factor.seeds, 'seed')} planned; stops ${plain(factor.stopping)}.`,
      ...(seeds.length === 0 ? [] : series).flatMap((of) => [
        `${plain(capitalised(of.title))}:`,
        levelsTable(one, of, measured),
      ]),
      testsTable(one, section),
      ...figures(name),
    ];
  });
  return factors.length === 0 ? [] : [...blocks, RULE_TEXT];
}
