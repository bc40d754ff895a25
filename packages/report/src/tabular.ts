import { markdownTable } from 'markdown-table';

import { plain } from './text.ts';

export type Align = 'l' | 'r';
/** What stands in a cell: text, which is shown letter for letter, or Markdown of our own making. */
export type Content = string | { readonly markdown: string };
export type Column<T> = readonly [title: Content, align: Align, cell: (item: T) => Content];

/** A table that has no form yet, a line for each item. */
export interface Table<T> {
  readonly items: readonly T[];
  readonly columns: readonly Column<T>[];
}

/** A table in GitHub's Markdown, a line for each item. Whatever came from outside is text. */
export function table<T>(items: readonly T[], columns: readonly Column<T>[]): string {
  const shown = (content: Content): string =>
    (typeof content === 'string' ? plain(content) : content.markdown).replaceAll('|', '\\|');
  return markdownTable(
    [columns.map(([title]) => shown(title)), ...items.map((item) => columns.map(([, , cell]) => shown(cell(item))))],
    { align: columns.map(([, align]) => align) },
  );
}

/** The same of a table as it is. */
export function markdown<T>({ items, columns }: Table<T>): string {
  return table(items, columns);
}
