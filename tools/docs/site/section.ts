import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString } from 'mdast-util-to-string';

/**
 * A section of a Markdown text: from behind its heading to the next heading of its level or above.
 *
 * @param title of the heading, as it reads
 * @throws Error where there is none of that title, or several
 */
export function section(text: string, title: string): string {
  const headings = fromMarkdown(text).children.filter((node) => node.type === 'heading');
  const found = headings.filter((heading) => toString(heading) === title);
  const [heading] = found;
  if (heading === undefined || found.length > 1)
    throw new Error(`there must be one heading “${title}”, and there are ${found.length}: ${headings.map((one) => toString(one)).join(', ')}`); // prettier-ignore
  const next = headings.slice(headings.indexOf(heading) + 1).find(({ depth }) => depth <= heading.depth);
  return text.slice(heading.position!.end.offset, next?.position!.start.offset).trim();
}

/** Of `<!-- include FILE -->` and `<!-- include FILE # TITLE -->`, alone on a line; paths from the repository's root. */
export const INCLUDE = /^<!-- include (\S+)(?: # (.+?))? -->$/gm;

/** Of `<!-- code FILE -->`: the file itself, as a block that its own tests run. */
export const CODE = /^<!-- code (\S+) -->$/gm;
