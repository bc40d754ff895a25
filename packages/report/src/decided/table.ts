import { pText } from '../claims/claims-table.ts';
import { facetsOf } from '../facets.ts';
import { latex } from '../latex.ts';
import { resting, table, type Table } from '../tabular.ts';
import { count, plain } from '../text.ts';
import { type IndexLine, isRun } from './index-lines.ts';
import { askedText, behindText, howLargeText, settingMarkdown, settingText } from './texts.ts';

/** What all studies are to decide, a line each: what was asked, where, what came out, and what stands behind it. */
export function decidedTable(lines: readonly IndexLine[]): Table {
  return table(
    'Claims',
    lines,
    [
      ['claim', 'l', askedText],
      ['setting', 'l', (line) => ({ markdown: settingMarkdown(line), words: settingText(line) })],
      ['difference', 'l', ({ difference }) => difference],
      ['estimate and 95 % interval', 'r', ({ estimate, on }) => resting(howLargeText(estimate), on)],
      ['pairs', 'r', ({ pairs }) => count(pairs)],
      ['p', 'r', ({ p }) => pText(p)],
      ['verdict', 'l', ({ text }) => text],
      ['gates', 'l', ({ behind }) => ({ markdown: behindMarkdown(behind), words: behindText(behind) })],
    ],
    {
      counted: 'claims',
      facets: ({ plan, section, verdict }) => ({ ...facetsOf(plan, section), verdicts: [verdict] }),
    },
  );
}

function behindMarkdown(behind: IndexLine['behind']): string {
  return behind.map(({ text, place }) => (place === undefined ? plain(text) : `[${plain(text)}](${place})`)).join('; ');
}

/** The same for LaTeX: what has been run, then what has not, which takes pages of its own. */
export function decidedLatex(lines: readonly IndexLine[]): string {
  const parts = [
    ['What is claimed, and what came out', lines.filter(isRun)],
    ['What is claimed, and has not been run', lines.filter((line) => !isRun(line))],
  ] as const;
  return parts.flatMap(([title, some]) => (some.length === 0 ? [] : [latex(title, decidedTable(some))])).join('\n\n');
}
