import { isUtf8 } from 'node:buffer';
import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Skips } from './skipped.ts';

/** torchvision's `IMG_EXTENSIONS` (0.28.0, torchvision/datasets/folder.py). What a file is, its content says. */
const IMAGE = /\.(?:jpg|jpeg|png|ppm|bmp|pgm|tif|tiff|webp)$/i;

/** A folder's own subfolders and image files, each in Python's order of strings. */
export interface Listing {
  readonly folders: readonly string[];
  readonly images: readonly string[];
}

/**
 * What is in a folder. Links are followed. Nothing is opened.
 *
 * @param path how the folder is called where something in it is skipped; empty for the one that is asked for
 */
export async function list(directory: string, skips: Skips, path = ''): Promise<Listing> {
  const folders: string[] = [];
  const images: string[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true, encoding: 'buffer' })) {
    const name = entry.name.toString('utf8');
    const called = below(path, name);
    // Other names cannot be written down in an index, and a path made of such a name would not be the file's.
    if (!isUtf8(entry.name)) skips.add('names that are not UTF-8', called);
    else {
      const target = entry.isSymbolicLink() ? await follow(join(directory, name)) : entry;
      if (target === undefined) skips.add('links that lead nowhere', called);
      else if (target.isDirectory()) folders.push(name);
      else if (!target.isFile()) skips.add('pipes, sockets and devices', called);
      else if (IMAGE.test(name)) images.push(name);
      else skips.add('files with other extensions', called);
    }
  }
  return { folders: inPythonsOrder(folders), images: inPythonsOrder(images) };
}

async function follow(path: string): Promise<Stats | Dirent<Buffer> | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** All image files of a folder and of those in it, with paths from `root` on, and all folders that they were looked for in. */
export interface Walked {
  readonly images: readonly string[];
  readonly folders: readonly string[];
}

/**
 * Walks a class's folder as torchvision does (`make_dataset` of the same file: `sorted(os.walk(…, followlinks=True))`,
 * in each folder the sorted names): by the paths of folders, then by names.
 *
 * DEVIATION (imagenet): a link to a folder that holds it is skipped; torchvision follows it until the path is too long.
 */
export async function walk(root: string, folder: string, skips: Skips): Promise<Walked> {
  const found: { readonly path: string; readonly images: readonly string[] }[] = [];
  const visit = async (path: string, above: readonly string[]): Promise<void> => {
    const id = await idOf(join(root, path));
    if (above.includes(id)) return skips.add('folders linked into themselves', path);
    const { folders, images } = await list(join(root, path), skips, path);
    found.push({ path, images });
    for (const name of folders) await visit(below(path, name), [...above, id]);
  };
  await visit(folder, await idsAbove(await realpath(join(root, folder))));
  const sorted = found.sort((a, b) => compare(a.path, b.path));
  return {
    folders: sorted.map(({ path }) => path),
    images: sorted.flatMap(({ path, images }) => images.map((name) => below(path, name))),
  };
}

async function idOf(path: string): Promise<string> {
  const { dev, ino } = await stat(path);
  return `${dev} ${ino}`;
}

function idsAbove(path: string): Promise<string[]> {
  const folders: string[] = [];
  for (let at = dirname(path); at !== folders.at(-1); at = dirname(at)) folders.push(at);
  return Promise.all(folders.map(idOf));
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}

/** By the characters' codes, not by the 16-bit units of JavaScript. */
function inPythonsOrder(names: readonly string[]): readonly string[] {
  return [...names].sort(compare);
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
