import { createHash } from 'node:crypto';
import type { FileEntry } from '../../files/image-files.ts';

/** The image files of one folder, and the class of each. */
export interface FolderIndex {
  /** The classes' names, by label: the folders of the training set, in the order of their characters' codes. */
  readonly classes: readonly string[];
  /** In the order of their paths. */
  readonly entries: readonly FileEntry[];
  /** In the order of `entries`. */
  readonly labels: readonly number[];
  /** The places of those that are given to be held out. */
  readonly heldOut?: readonly number[];
}

/** SHA-256 over classes, paths, sizes, labels and what is held out, in hexadecimal; where the folder lies does not matter. */
export function hashIndex({ classes, entries, labels, heldOut }: FolderIndex, more = ''): string {
  const hash = createHash('sha256').update(`${classes.join(' ')}\n`);
  entries.forEach(({ path, size }, i) => hash.update(`${path}\t${size}\t${labels[i]}\n`));
  if (heldOut !== undefined) hash.update(`held out ${heldOut.join(' ')}\n`);
  return hash.update(more).digest('hex');
}
