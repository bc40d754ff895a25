import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readBounded, writeFinal } from '@spatial-ensemble/files';
import { hashIndex, type FolderIndex } from './folder-index.ts';
import type { Skipped } from '../../files/skipped.ts';
import type { Indexed } from './index-folder.ts';

/** What lies in the cache. */
interface Cached {
  readonly version: 2;
  /** Milliseconds of the last change and bytes, by path: of folders, which change with the names in them, and of lists. */
  readonly rests: { readonly [path: string]: string };
  readonly classes: readonly string[];
  readonly paths: readonly string[];
  readonly sizes: readonly number[];
  readonly labels: readonly number[];
  readonly heldOut?: readonly number[];
  readonly skipped: readonly Skipped[];
  /** The index's hash: a damaged file is indexed anew. */
  readonly sha256: string;
}

/** ImageNet's 1.3 million images have 0.1 GB; a text of JavaScript can have 0.5 GB. */
const MOST_INDEX_BYTES = 5e8;

/** An index that may lie in the cache. */
interface Wanted {
  /** What it and its cached paths are relative to. */
  readonly root: string;
  /** Of the cache's file, before a hash. */
  readonly name: string;
  /** What else tells it from others of the same root. */
  readonly of: readonly string[];
  /** Where indices are kept; where it cannot be written, each process makes its own. */
  readonly directory: string;
  make(): Promise<Indexed>;
}

/** An index of image files, made once and then read from the cache as long as nothing that it rests on changes. */
export async function cachedIndex({
  root,
  name,
  of,
  directory,
  make,
}: Wanted): Promise<Pick<Indexed, 'index' | 'skipped'>> {
  const hash = createHash('sha256')
    .update([resolve(root), ...of].join('\n'))
    .digest('hex')
    .slice(0, 16);
  const path = join(directory, `${name}-${hash}.json`);
  const known = await read(path, root);
  if (known !== undefined) return known;
  const { index, rests, skipped } = await make();
  const cached: Cached = {
    version: 2,
    rests: await changes(root, rests),
    classes: index.classes,
    paths: index.entries.map((entry) => entry.path),
    sizes: index.entries.map(({ size }) => size),
    labels: index.labels,
    ...(index.heldOut !== undefined && { heldOut: index.heldOut }),
    skipped,
    sha256: hashIndex(index),
  };
  // Without it the next process makes its own.
  await writeFinal(path, JSON.stringify(cached)).catch(() => undefined);
  return { index, skipped };
}

async function read(path: string, root: string): Promise<Pick<Indexed, 'index' | 'skipped'> | undefined> {
  try {
    const text = (await readBounded(path, MOST_INDEX_BYTES)).toString('utf8');
    const { version, rests, classes, paths, sizes, labels, heldOut, skipped, sha256 } = JSON.parse(text) as Cached;
    if (version !== 2) return undefined;
    const now = await changes(root, Object.keys(rests));
    if (Object.entries(rests).some(([place, change]) => now[place] !== change)) return undefined;
    const entries = paths.map((of, i) => ({ path: of, size: sizes[i] ?? 0 }));
    const index: FolderIndex = { classes, entries, labels, ...(heldOut !== undefined && { heldOut }) };
    return hashIndex(index) === sha256 ? { index, skipped } : undefined;
  } catch {
    // Absent, damaged, or about folders that are gone: what is here now is indexed, or found wanting.
    return undefined;
  }
}

async function changes(root: string, paths: readonly string[]): Promise<{ readonly [path: string]: string }> {
  const found = paths.map(async (path): Promise<[string, string]> => {
    const { mtimeMs, size } = await stat(resolve(root, path));
    return [path, `${mtimeMs} ${size}`];
  });
  return Object.fromEntries(await Promise.all(found));
}
