import { PAGE_OF } from '../site/outline.ts';

/** The Markdown files of the repository whose blocks the site shows. */
export function markdownFiles(): readonly string[] {
  return [...PAGE_OF.keys()];
}
