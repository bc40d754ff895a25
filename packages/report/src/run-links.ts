import { relative, sep } from 'node:path';

import { shortIdentity, type StoredResult } from '@spatial-ensemble/record';

/** The path of a result's file as the report links to it. */
export type Link = (stored: StoredResult) => string;

/** The path of a result's file from a folder, as a link. */
export function linkFrom(folder: string, { file }: StoredResult): string {
  return relative(folder, file).split(sep).map(encodeURIComponent).join('/');
}

/** A run by its short identity; `runDefinitions` says where it leads. */
export function runLink({ result }: StoredResult): string {
  const short = shortIdentity(result.identity);
  return `[\`${short}\`][${short}]`;
}

/** The targets of all run links of a page. */
export function runDefinitions(stored: readonly StoredResult[], link: Link): string {
  const lines = stored.map((one) => `[${shortIdentity(one.result.identity)}]: ${link(one)}`);
  return [...new Set(lines)].sort().join('\n');
}
