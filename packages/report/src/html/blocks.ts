import type { ElementContent } from 'hast';
import { h } from 'hastscript';

import type { Block, DrawnFigure } from '../blocks.ts';
import type { Link } from '../run-links.ts';
import type { Align, Content, Line, Table } from '../tabular.ts';
import { ABSENT } from '../text.ts';
import type { Evidence } from './evidence.ts';
import { filtered } from './filter.ts';
import { elementsOf, inlineOf, type Surroundings } from './markdown.ts';
import { runLink } from './run-link.ts';
import { imageUrl, sizeOf } from './svg.ts';

/** Where blocks stand in the one page. */
export interface Place extends Surroundings {
  /** What captions add to a table's title, so that it is understood by itself. */
  readonly where: string;
  readonly evidence: Evidence;
  /** The path of a result's file. */
  readonly link: Link;
  /** An id that nothing else has. */
  readonly newId: (of: string) => string;
}

/** A part of a page as elements: whatever it is, nothing has to be told of it here. */
export function blockElements(block: Block, place: Place): ElementContent[] {
  if (typeof block === 'string') return elementsOf(block, place);
  return ['lines' in block ? tablePart(block, place) : figurePart(block, place)];
}

/** A table in a box of its own, in which a narrow screen scrolls. */
function tablePart({ title, columns, lines, counted }: Table, place: Place): ElementContent {
  const id = place.newId('table');
  const caption = [title, place.where].filter((part) => part !== '').join(' · ');
  return h('div', { className: ['scroll'], role: 'group', ariaLabelledBy: [id], tabIndex: 0 }, [
    h('table', [
      h('caption', { id }, caption),
      h('thead', h('tr', columns.map((column) => h('th', { scope: 'col', ...aligned(column.align) }, contentOf(column.title, place))))), // prettier-ignore
      h(
        'tbody',
        lines.map((line) => linePart(line, columns, counted, place)),
      ),
    ]),
  ]);
}

function linePart(
  { cells, facets }: Line,
  columns: Table['columns'],
  counted: string | undefined,
  place: Place,
): ElementContent {
  const data = facets === undefined ? {} : filtered(facets, counted);
  return h(
    'tr',
    data,
    cells.map((cell, i) => {
      const attributes = aligned(columns[i]?.align);
      return i === 0
        ? h('th', { scope: 'row', ...attributes }, contentOf(cell, place))
        : h('td', attributes, contentOf(cell, place));
    }),
  );
}

function aligned(align: Align | undefined): { className?: string[] } {
  return align === 'r' ? { className: ['number'] } : {};
}

function contentOf(content: Content, place: Place): (ElementContent | string)[] {
  if (typeof content === 'string') return [content];
  if ('text' in content) return [place.evidence.button(content.text, content.on)];
  if ('markdown' in content) return inlineOf(content.markdown, place);
  const links = content.runs.map((run) => runLink(run, place.link(run)));
  return links.length === 0 ? [ABSENT] : links.flatMap((link, i) => (i === 0 ? [link] : [' ', link]));
}

/** A figure in a box of its own, with links to its files. */
function figurePart({ title, svg, specification, image }: DrawnFigure, { target }: Place): ElementContent {
  return h('figure', [
    h('div', { className: ['scroll'], role: 'group', ariaLabel: title, tabIndex: 0 }, [
      h('img', { src: imageUrl(image), alt: title, ...sizeOf(image) }),
    ]),
    h('figcaption', [
      h('a', { href: target(svg) }, 'SVG'),
      ', ',
      h('a', { href: target(specification) }, 'Vega-Lite specification'),
    ]),
  ]);
}
