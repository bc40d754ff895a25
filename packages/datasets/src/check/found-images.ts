import { existsSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Skipped } from '../files/skipped.ts';
import { Skips } from '../files/skipped.ts';
import { list, walk } from '../files/walk.ts';
import { readRows } from '../sources/manifest/rows.ts';

/** An image file that is to be looked at. */
export interface FoundImage {
  /** From `root` on, with `/` between folders. */
  readonly path: string;
  /** What it is for, such as `train` or `val`; empty where nothing says so. */
  readonly part: string;
  /** Its class, where it has one. */
  readonly label: string | undefined;
}

/** What there is to look at. */
export interface Found {
  readonly root: string;
  readonly images: readonly FoundImage[];
  readonly skipped: readonly Skipped[];
  /** Rows of a manifest that say no image. */
  readonly badRows: readonly string[];
}

/** The columns of a manifest: of paths (default `path`), of classes (`label`), and of what an image is for. */
export interface CheckedColumns {
  readonly path?: string | undefined;
  readonly label?: string | undefined;
  readonly split?: string | undefined;
}

/** Folders by which a directory is known to have parts, and those beside them that are parts too. */
const TRAIN = 'train';
const PARTS = [TRAIN, 'val', 'valid', 'validation', 'test', 'unlabelled', 'unlabeled'];
const WITHOUT_CLASSES = ['unlabelled', 'unlabeled'];

/**
 * The image files of a directory, with `train/CLASS/IMAGE` and what lies beside `train`, or `CLASS/IMAGE`; or those that a
 * manifest (CSV, JSONL) names. Nothing is opened but a manifest.
 *
 * @throws Error where there is no such place, or no image
 */
export async function findImages(place: string, columns: CheckedColumns = {}): Promise<Found> {
  if (!existsSync(place)) throw new Error(`there is no ${place}: name a directory of images, or a manifest`);
  const found = statSync(place).isDirectory() ? await inFolders(place) : await inManifest(place, columns);
  if (found.images.length === 0 && found.badRows.length === 0)
    throw new Error(
      `${place} has no images: files that end in .jpg, .jpeg, .png, .webp, .tif, .tiff, .bmp, .ppm or .pgm`,
    );
  return found;
}

async function inFolders(root: string): Promise<Found> {
  const skips = new Skips();
  const { folders, images: beside } = await list(root, skips);
  const hasParts = folders.includes(TRAIN);
  const images: FoundImage[] = beside.map((path) => ({ path, part: '', label: undefined }));
  for (const folder of folders) {
    const part = hasParts && PARTS.includes(folder) ? folder : '';
    for (const path of (await walk(root, folder, skips)).images) {
      const folded = path.split('/').slice(part === '' ? 0 : 1, -1);
      images.push({ path, part, label: WITHOUT_CLASSES.includes(part) ? undefined : folded[0] });
    }
  }
  return { root, images, skipped: skips.list(), badRows: [] };
}

async function inManifest(file: string, { path = 'path', label = 'label', split }: CheckedColumns): Promise<Found> {
  const { rows, bad } = await readRows(file, { path, label, split });
  const empty = rows.filter((row) => row.path === '').map(({ line }) => ({ line, why: 'names no image' }));
  return {
    root: dirname(file),
    images: rows
      .filter((row) => row.path !== '')
      .map((row) => ({ path: posix.normalize(row.path), part: row.split ?? '', label: row.label })),
    skipped: [],
    badRows: [...bad, ...empty].toSorted((a, b) => a.line - b.line).map(({ line, why }) => `line ${line} ${why}`),
  };
}

/** Where an image lies. */
export function placeOf({ root }: Pick<Found, 'root'>, { path }: FoundImage): string {
  return join(root, ...path.split('/'));
}
