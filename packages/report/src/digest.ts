import type { PaperTable } from '@spatial-ensemble/record';

import type { Verdict } from './claims/decide.ts';
import type { Setting } from './decided/behind.ts';
import { type IndexLine, indexLines, settingsOf, type StudyResults } from './decided/index-lines.ts';
import { askedText, howLargeText } from './decided/texts.ts';
import { pageOf, sectionAnchor, settingLink, settingName } from './section-names.ts';
import { capitalised, plain, plural } from './text.ts';
import { verdict } from './verdict.ts';

/** What a reader is told first: verdicts in this order, each under its own words. */
const HEADINGS: Readonly<Record<Verdict, string>> = {
  supported: 'Supported',
  refuted: 'Refuted',
  equivalent: 'No difference worth caring about',
  undecided: 'Undecided',
  'not informative': 'Not informative yet: a gate is closed, or not known',
  'not paired': 'Not paired: there are runs, but none that can be held against each other',
  'not run': 'Declared, without pairs yet',
};

/**
 * What all reports come to, for a front page, in Markdown: how many published numbers have ours beside them, and every
 * claim, series of a factor and failure rate under its verdict, with a link to its row.
 *
 * @param folder where the reports lie, as the page that holds this links to it: `reports`
 */
export function digest(studies: readonly StudyResults[], tables: readonly PaperTable[], folder: string): string {
  const all = settingsOf(studies);
  const decided = indexLines(all);
  const groups = (Object.keys(HEADINGS) as Verdict[]).flatMap((one) => {
    const those = decided.filter(({ verdict: found }) => found === one);
    if (those.length === 0) return [];
    const lines = one === 'not run' ? studyLines(those, folder) : those.map((line) => lineText(line, folder));
    return [`**${HEADINGS[one]}**\n\n${lines.join('\n')}`];
  });
  return [publishedText(all, tables, folder), ...groups, ...wiringTexts(all, folder)].join('\n\n');
}

/** Settings that can decide nothing, under a heading of their own. */
function wiringTexts(all: readonly Setting[], folder: string): string[] {
  const reasons = new Set(all.flatMap(({ section }) => section.wiring ?? []));
  const lines = [...reasons].map((why) => {
    const those = all.filter(({ section }) => section.wiring === why);
    return `- Wiring: ${plain(why)} ${those.map((one) => settingLink(one.plan, one.section, sectionAnchor(one.section), `${folder}/`)).join('; ')}`;
  });
  return lines.length === 0 ? [] : [`**Nothing is decided there**\n\n${lines.join('\n')}`];
}

function publishedText(all: readonly Setting[], tables: readonly PaperTable[], folder: string): string {
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
function studyLines(decided: readonly IndexLine[], folder: string): readonly string[] {
  return [...new Set(decided.map(({ plan }) => plan))].map((plan) => {
    const those = decided.filter((one) => one.plan === plan);
    const settings = [...new Set(those.map(({ section }) => section))].map(
      (section) => `[${settingName(section)}](${pageOf(plan, `${folder}/`)}#${sectionAnchor(section)})`,
    );
    return `- ${plain(plan.study.title)}: ${kindsText(those)}. ${settings.join('; ')}`;
  });
}

const KINDS = { claim: 'claim', factor: 'series of a factor', failures: 'failure rate' } as const;

/** `8 claims, 1 failure rate`. */
function kindsText(lines: readonly IndexLine[]): string {
  return (Object.keys(KINDS) as IndexLine['kind'][])
    .map((kind) => [kind, lines.filter((line) => line.kind === kind).length] as const)
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => plural(n, KINDS[kind], kind === 'factor' ? KINDS[kind] : undefined))
    .join(', ');
}

function lineText(line: IndexLine, folder: string): string {
  const { plan, section, anchor } = line;
  const parts = [`${askedText(line)}.`, numberText(line), reasonText(line)].flatMap((text) =>
    text === null ? [] : [plain(text)],
  );
  return `- ${parts.join(' ')} ${settingLink(plan, section, anchor, `${folder}/`)}`;
}

function numberText({ kind, difference, estimate, pairs, verdict: found }: IndexLine): string | null {
  // Behind a closed gate nothing is ranked.
  if (estimate === null || found === 'not informative') return null;
  return `${difference}: ${howLargeText(estimate)}, ${plural(pairs, kind === 'claim' ? 'pair' : 'seed')}.`;
}

/** What it would take, or why there is no pair. */
function reasonText({ verdict: found, text }: IndexLine): string | null {
  if (found !== 'undecided' && found !== 'not paired') return null;
  const why = text.slice(`${found}: `.length);
  return why === '' ? null : `${capitalised(why)}.`;
}
