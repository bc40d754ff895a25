import type { StoredResult } from '@spatial-ensemble/record';
import { markdownTable } from 'markdown-table';

import { runLink } from './run-links.ts';
import type { PlacedResult } from './states.ts';
import { ABSENT, plain } from './text.ts';

export type Align = 'l' | 'r';

/** A text with the runs that it rests on, which a page can show. */
interface Resting {
  readonly text: string;
  readonly on: readonly PlacedResult[];
}

/** Markdown of our own making, with what it says in words where paper has no use for its links. */
interface Marked {
  readonly markdown: string;
  readonly words?: string;
}

/** What stands in a cell: text, which is shown letter for letter, links to runs, or Markdown. */
export type Content = string | Resting | { readonly runs: readonly StoredResult[] } | Marked;
export type Column<T> = readonly [title: Content, align: Align, cell: (item: T) => Content];

/** What a line can be looked for by. */
export interface Facets {
  readonly tier: string;
  readonly method: string;
  /** Of what is claimed there. */
  readonly verdicts: readonly string[];
}

export interface Line {
  readonly cells: readonly Content[];
  readonly facets?: Facets;
}

/** A table that has no form yet. */
export interface Table {
  /** What its lines are called where they are counted, in the plural: of tables whose lines have facets. */
  readonly counted?: string;
  /** What it shows, in words. */
  readonly title: string;
  readonly columns: readonly { readonly title: Content; readonly align: Align }[];
  readonly lines: readonly Line[];
}

/** A table with a line for each item. */
export function table<T>(
  title: string,
  items: readonly T[],
  columns: readonly Column<T>[],
  found?: { readonly counted: string; readonly facets: (item: T) => Facets },
): Table {
  return {
    title,
    ...(found !== undefined && { counted: found.counted }),
    columns: columns.map(([name, align]) => ({ title: name, align })),
    lines: items.map((item) => ({
      cells: columns.map(([, , cell]) => cell(item)),
      ...(found !== undefined && { facets: found.facets(item) }),
    })),
  };
}

/** A table in GitHub's Markdown. Whatever came from outside is text. */
export function markdown({ columns, lines }: Table): string {
  const row = (cells: readonly Content[]): string[] => cells.map((cell) => shown(cell).replaceAll('|', '\\|'));
  return markdownTable([row(columns.map(({ title }) => title)), ...lines.map(({ cells }) => row(cells))], {
    align: columns.map(({ align }) => align),
  });
}

function shown(content: Content): string {
  if (typeof content === 'string') return plain(content);
  if ('text' in content) return plain(content.text);
  return 'runs' in content ? content.runs.map(runLink).join(' ') || ABSENT : content.markdown;
}

/** A text with the runs that it rests on; the text alone where there are none. */
export function resting(text: string, on: readonly PlacedResult[]): Content {
  return on.length === 0 ? text : { text, on };
}
