import type { Definition, Image, Link, Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';

/** A text with a link's or an image's address in it. */
export interface Address {
  /** As it is written, without brackets. */
  readonly url: string;
  readonly isImage: boolean;
  /** Line in the text, from 1. */
  readonly line: number;
}

/**
 * A Markdown text with its links' and images' addresses changed, and else as it was.
 *
 * @param change gives the new address; the same one leaves the text alone
 */
export function withAddresses(text: string, change: (address: Address) => string): string {
  let out = '';
  let at = 0;
  for (const { node, isImage } of addressed(fromMarkdown(text))) {
    const { start, end } = node.position!;
    const changed = change({ url: node.url, isImage, line: start.line });
    if (changed === node.url) continue;
    // Behind the text of the link, in which the address may stand too, and before a title.
    const behind = text.lastIndexOf(`](${node.url}`, end.offset);
    const from = behind > start.offset! ? behind + 2 : text.lastIndexOf(node.url, end.offset);
    if (from < start.offset!) throw new Error(`line ${start.line}: the address ${node.url} is written in another way than it reads`); // prettier-ignore
    out += text.slice(at, from) + changed;
    at = from + node.url.length;
  }
  return out + text.slice(at);
}

function addressed(node: Nodes): { readonly node: Link | Image | Definition; readonly isImage: boolean }[] {
  const own =
    node.type === 'link' || node.type === 'image' || node.type === 'definition'
      ? [{ node, isImage: node.type === 'image' }]
      : [];
  const inside = 'children' in node ? node.children.flatMap((child) => addressed(child)) : [];
  // A linked image stands before the end of its link.
  return [...inside, ...own];
}
