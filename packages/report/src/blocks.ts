import { markdown, type Table } from './tabular.ts';
import { plain } from './text.ts';

/** A figure that was drawn: its files lie beside the page. */
export interface DrawnFigure {
  /** What it shows, for whom it cannot be seen. */
  readonly title: string;
  /** Name of the file. */
  readonly svg: string;
  /** Name of the file. */
  readonly specification: string;
  /** The SVG itself. */
  readonly image: string;
  /** What it stands under: `factor-preserve`, of the factor `preserve`. Absent: among those of its section. */
  readonly under?: string;
}

/** A part of a page that has no form yet: a table, a figure, or Markdown of our own making. */
export type Block = Table | DrawnFigure | string;

/** What is there of the parts of a page, as Markdown. */
export function markdownOf(parts: readonly (Block | undefined)[]): string {
  return present(parts).map(blockText).join('\n\n');
}

/** Without what is not there. */
export function present(parts: readonly (Block | undefined)[]): Block[] {
  return parts.filter((part): part is Block => part !== undefined && part !== '');
}

function blockText(block: Block): string {
  if (typeof block === 'string') return block;
  if ('lines' in block) return markdown(block);
  const { title, svg, specification } = block;
  return `![${plain(title)}](${svg})\n\n<sub>[Vega-Lite specification](${specification})</sub>`;
}
