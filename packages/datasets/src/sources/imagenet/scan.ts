import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry } from '../../files/image-files.ts';

/** What torchvision takes for an image and our decoder reads. The name only says that it is an image, not of what kind. */
const IMAGE = /\.(?:jpe?g|png|webp|tiff?)$/i;
/** What torchvision takes besides. */
const UNREADABLE = /\.(?:bmp|ppm|pgm)$/i;

/** A folder's own subfolders and image files, sorted by their characters' codes. */
export interface Listing {
  readonly folders: readonly string[];
  readonly images: readonly string[];
}

/** @throws Error that names a file of a format that is not read */
export async function list(directory: string): Promise<Listing> {
  const folders: string[] = [];
  const images: string[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const { name } = entry;
    if (name.startsWith('.')) continue;
    if (UNREADABLE.test(name))
      throw new Error(
        `${join(directory, name)}: images of this format are not read; convert it to PNG, or take it away`,
      );
    if (await isFolder(directory, entry)) folders.push(name);
    else if (IMAGE.test(name)) images.push(name);
  }
  return { folders: folders.sort(), images: images.sort() };
}

async function isFolder(directory: string, entry: Dirent): Promise<boolean> {
  return entry.isSymbolicLink() ? (await stat(join(directory, entry.name))).isDirectory() : entry.isDirectory();
}

/** Files looked at simultaneously. */
const AT_ONCE = 64;

/** The files' sizes. @param below the folder that they lie in, itself in `root`; empty for `root` itself */
export async function sized(root: string, below: string, names: readonly string[]): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const some = names.slice(from, from + AT_ONCE).map(async (name) => {
      const path = below === '' ? name : `${below}/${name}`;
      return { path, size: (await stat(join(root, below, name))).size };
    });
    entries.push(...(await Promise.all(some)));
  }
  return entries;
}
