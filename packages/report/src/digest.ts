import type { PaperTable, Plan } from '@spatial-ensemble/record';

import type { StudyResults } from './catalogue.ts';
import type { Verdict } from './claims/decide.ts';
import { estimateText } from './claims/claims-table.ts';
import { comparisonText } from './claims/comparison-text.ts';
import { type Outcome, outcomesOf } from './claims/outcomes.ts';
import { claimAnchor, pageOf, sectionAnchor, settingLink, settingName } from './section-names.ts';
import { runStates } from './pairing.ts';
import { type Section, sections } from './rows.ts';
import { plain, plural } from './text.ts';
import { verdict } from './verdict.ts';

/** What a reader is told first: verdicts in this order, each under its own words. */
const HEADINGS: Readonly<Record<Verdict, string>> = {
  supported: 'Supported',
  refuted: 'Refuted',
  equivalent: 'No difference worth caring about',
  undecided: 'Undecided',
  'not informative': 'Not informative yet: a gate is closed, or not known',
  'not run': 'Declared, without pairs yet',
};

interface Placed {
  readonly plan: Plan;
  readonly section: Section;
}

interface Decided extends Placed {
  readonly outcome: Outcome;
}

/**
 * What all reports come to, for a front page, in Markdown: how many published numbers have ours beside them, and every
 * claim under its verdict, with a link to its setting.
 *
 * @param folder where the reports lie, as the page that holds this links to it: `reports`
 */
export function digest(studies: readonly StudyResults[], tables: readonly PaperTable[], folder: string): string {
  const all = studies.flatMap(({ plan, results }) =>
    sections(plan, runStates(plan, results)).map((section) => ({ plan, section })),
  );
  const decided = all.flatMap(({ plan, section }): Decided[] =>
    outcomesOf(plan, section).map((outcome) => ({ plan, section, outcome })),
  );
  const groups = (Object.keys(HEADINGS) as Verdict[]).flatMap((one) => {
    const those = decided.filter(({ outcome }) => outcome.verdict === one);
    if (those.length === 0) return [];
    const lines = one === 'not run' ? studyLines(those, folder) : those.map((line) => claimLine(line, folder));
    return [`**${HEADINGS[one]}**\n\n${lines.join('\n')}`];
  });
  return [publishedText(all, tables, folder), ...groups, ...wiringTexts(all, folder)].join('\n\n');
}

/** Settings that can decide nothing, under a heading of their own. */
function wiringTexts(all: readonly Placed[], folder: string): string[] {
  const reasons = new Set(all.flatMap(({ section }) => section.wiring ?? []));
  const lines = [...reasons].map((why) => {
    const those = all.filter(({ section }) => section.wiring === why);
    return `- Wiring: ${plain(why)} ${those.map((one) => settingLink(one.plan, one.section, sectionAnchor(one.section), `${folder}/`)).join('; ')}`;
  });
  return lines.length === 0 ? [] : [`**Nothing is decided there**\n\n${lines.join('\n')}`];
}

function publishedText(all: readonly Placed[], tables: readonly PaperTable[], folder: string): string {
  const known = tables.flatMap(({ cells }) => cells.filter(({ value }) => value !== null)).length;
  const verdicts = all.flatMap(({ plan, section }) =>
    section.rows.flatMap((row) => row.paper.flatMap((cell) => verdict(cell, row, plan.study.headline) ?? [])),
  );
  const within = verdicts.filter((text) => text.startsWith('within')).length;
  const outside = verdicts.filter((text) => text.startsWith('outside')).length;
  const outcome =
    verdicts.length === 0
      ? 'none has been run at the size that it is of, so none is reproduced and none is refuted'
      : `${within} ${within === 1 ? 'is' : 'are'} reproduced, ${outside} ${outside === 1 ? 'is' : 'are'} not, ${verdicts.length - within - outside} cannot be judged yet`;
  return `Of ${plural(known, 'number')} of the paper, its code and the works beside it that a source open to us prints, ${outcome} ([cell by cell](${folder}/paper.md)).`;
}

/** What there is nothing to say about yet takes a line a study, however many settings and claims it has. */
function studyLines(decided: readonly Decided[], folder: string): readonly string[] {
  return [...new Set(decided.map(({ plan }) => plan))].map((plan) => {
    const those = decided.filter((one) => one.plan === plan);
    const settings = [...new Set(those.map(({ section }) => section))].map(
      (section) => `[${settingName(section)}](${pageOf(plan, `${folder}/`)}#${sectionAnchor(section)})`,
    );
    return `- ${plain(plan.study.title)}: ${plural(those.length, 'claim')}. ${settings.join('; ')}`;
  });
}

function claimLine(decided: Decided, folder: string): string {
  const { section, outcome } = decided;
  const exploratory = outcome.exploratory ? ' (exploratory)' : '';
  // Behind a closed gate nothing is ranked.
  const number =
    outcome.paired.differences.mean === null || outcome.verdict === 'not informative'
      ? ''
      : ` ${plain(comparisonText(section.rows, outcome.claim.compare))}: ${estimateText(outcome.paired.differences)}, ${plural(outcome.paired.differences.values.length, 'pair')}.`;
  return `- ${plain(outcome.claim.hypothesis)}${exploratory}.${number} ${settingLink(decided.plan, section, claimAnchor(section, outcome.name), `${folder}/`)}`;
}
