import type { Element, ElementContent, Nodes, RootContent } from 'hast';
import { h } from 'hastscript';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toHast } from 'mdast-util-to-hast';

/** How a page's Markdown becomes a part of the one page. */
export interface Surroundings {
  /** Of the part of the one page that it becomes; in front of the ids of places in it. */
  readonly id: string;
  /** How many levels its headings go down. */
  readonly deeper: number;
  /** Markdown that says where its links to runs lead. */
  readonly definitions: string;
  /** Where a link leads that is relative to the page's own folder. */
  readonly target: (url: string) => string;
}

/** Markdown of our own making as elements. HTML in it is left out, but for `<a id>`, to which links lead. */
export function elementsOf(markdown: string, { id, deeper, definitions, target }: Surroundings): ElementContent[] {
  const tree = withPlaces(toHast(fromMarkdown(`${markdown}\n\n${definitions}`), { allowDangerousHtml: true }), id);
  each(tree, (element) => {
    const level = /^h([1-6])$/.exec(element.tagName)?.[1];
    if (level !== undefined) element.tagName = `h${Math.min(6, Number(level) + deeper)}`;
    const { href } = element.properties;
    if (typeof href === 'string') element.properties['href'] = target(href);
  });
  return 'children' in tree ? tree.children.flatMap((node) => (node.type === 'element' ? [node] : [])) : [];
}

/** Markdown of one line, without the paragraph around it. */
export function inlineOf(markdown: string, surroundings: Surroundings): ElementContent[] {
  return elementsOf(markdown, surroundings).flatMap((node) =>
    node.type === 'element' && node.tagName === 'p' ? node.children : [node],
  );
}

function each(node: Nodes, visit: (element: Element) => void): void {
  if (node.type === 'element') visit(node);
  if ('children' in node) for (const child of node.children) each(child, visit);
}

/** HTML as it came is left out; the beginning of a place becomes one. */
function withPlaces(node: Nodes, id: string): Nodes {
  if (!('children' in node)) return node;
  const children = node.children.flatMap((child): RootContent[] => {
    if (child.type !== 'raw') return [withPlaces(child, id) as RootContent];
    const place = /^<a id="([\w-]+)">$/.exec(child.value)?.[1];
    return place === undefined ? [] : [h('span', { id: `${id}-${place}` })];
  });
  return { ...node, children } as Nodes;
}
