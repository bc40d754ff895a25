import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexProgress } from '../../data-set.ts';
import type { FileEntry } from '../../files/image-files.ts';
import { inspectAll, isBroken, type Broken } from '../../files/inspect-all.ts';
import { Skips, type Skipped } from '../../files/skipped.ts';
import { list, walk } from '../../files/walk.ts';
import type { FolderIndex } from './folder-index.ts';
import { findGroundTruth, readGroundTruth } from './ground-truth.ts';

/** An index, and what it was made of besides the images: paths whose change makes it worthless. */
export interface Indexed {
  readonly index: FolderIndex;
  readonly rests: readonly string[];
  readonly skipped: readonly Skipped[];
}

/** Tiny ImageNet's flat folder, which has one more around its images. */
const AROUND_IMAGES = 'images';

/**
 * Looks at all image files of a folder: one subfolder a class, with the images anywhere in it, or flat with a ground
 * truth. As torchvision's `ImageFolder` does (0.28.0; `test/reference/class_folders.py`): images may lie deeper, as in
 * Tiny ImageNet's `train/CLASS/images`, whose `val/images` with `val_annotations.txt` is read too; links to folders are
 * followed; the order is that of Python's strings; a class without images is an error. What is skipped is counted: files
 * with other extensions, links that lead nowhere, names that are not UTF-8, pipes and devices (never opened), folders
 * that are linked into themselves.
 *
 * @param folder such as `train`
 * @param classesOf the folder whose subfolders are the classes
 * @throws Error that says what is missing or does not fit, and which files are no images or cut off
 */
export async function indexFolder(
  root: string,
  folder: string,
  classesOf: string,
  progress: IndexProgress = () => undefined,
): Promise<Indexed> {
  for (const needed of [folder, classesOf])
    if (!existsSync(join(root, needed))) throw new Error(`there is no folder ${join(root, needed)}`);
  const skips = new Skips();
  const { folders, images } = await list(join(root, folder), skips);
  const classes = classesOf === folder ? folders : (await list(join(root, classesOf), new Skips())).folders;
  if (classes.length === 0) throw new Error(`${join(root, classesOf)} has no folders of classes, such as n01440764`);
  if (
    classesOf !== folder &&
    folders.length === 1 &&
    folders[0] === AROUND_IMAGES &&
    !classes.includes(AROUND_IMAGES)
  ) {
    const { images: within } = await list(join(root, folder, AROUND_IMAGES), skips, AROUND_IMAGES);
    return indexFlat(root, folder, AROUND_IMAGES, within, classes, classesOf, skips);
  }
  if (folders.length === 0) return indexFlat(root, folder, '', images, classes, classesOf, skips);
  for (const image of images) skips.add('images beside the folders of classes', image);
  const indexed = await indexClasses(root, folder, folders, classes, skips, progress);
  return { ...indexed, rests: [...indexed.rests, classesOf] };
}

async function indexClasses(
  root: string,
  folder: string,
  folders: readonly string[],
  classes: readonly string[],
  skips: Skips,
  progress: IndexProgress,
): Promise<Indexed> {
  const known = new Set(classes);
  const strays = folders.filter((name) => !known.has(name));
  if (strays.length > 0)
    throw new Error(
      `${join(root, folder)} has classes that the training images lack: ${strays.slice(0, 5).join(', ')}`,
    );
  const broken: Broken[] = [];
  const entries: FileEntry[] = [];
  const labels: number[] = [];
  const rests = [folder];
  const empty: string[] = [];
  for (const [i, name] of folders.entries()) {
    const label = classes.indexOf(name);
    const walked = await walk(join(root, folder), name, skips);
    if (walked.images.length === 0) empty.push(name);
    rests.push(...walked.folders.map((path) => `${folder}/${path}`));
    for (const entry of await inspected(join(root, folder), walked.images, broken)) {
      entries.push(entry);
      labels.push(label);
    }
    progress(folder, i + 1, folders.length);
  }
  if (empty.length > 0)
    throw new Error(
      `${join(root, folder)} has ${empty.length === 1 ? 'a class' : `${empty.length} classes`} without images: ${empty.slice(0, 5).join(', ')}. Put images there, or take the ${empty.length === 1 ? 'folder' : 'folders'} away`,
    );
  refuseBroken(broken, join(root, folder));
  return { index: { classes, entries, labels }, rests, skipped: skips.list() };
}

async function indexFlat(
  root: string,
  folder: string,
  around: string,
  images: readonly string[],
  classes: readonly string[],
  classesOf: string,
  skips: Skips,
): Promise<Indexed> {
  if (images.length === 0) throw new Error(`${join(root, folder)} holds no images`);
  const truth = findGroundTruth(root, folder);
  const labels = await readGroundTruth(truth, images, classes);
  const paths = around === '' ? images : images.map((name) => `${around}/${name}`);
  const broken: Broken[] = [];
  const entries = await inspected(join(root, folder), paths, broken);
  refuseBroken(broken, join(root, folder));
  const rests = [folder, join(folder, around), classesOf, truth.path];
  if (truth.numbers !== undefined) rests.push(truth.numbers);
  return { index: { classes, entries, labels }, rests, skipped: skips.list() };
}

/** The files that can be used, with their sizes; the others are added to `broken`. */
async function inspected(root: string, paths: readonly string[], broken: Broken[]): Promise<FileEntry[]> {
  const all = await inspectAll(root, paths);
  broken.push(...all.filter(isBroken));
  return all.flatMap((one) => (isBroken(one) ? [] : [one]));
}

export function refuseBroken(broken: readonly Broken[], where: string): void {
  if (broken.length === 0) return;
  const named = broken.slice(0, 5).map(({ path, why }) => `${path}: ${why}`);
  const more = broken.length > named.length ? [`and ${broken.length - named.length} more`] : [];
  throw new Error(
    [
      `${where} has ${broken.length} of its files that cannot be read; put them right, or take them away:`,
      ...named,
      ...more,
    ].join('\n  '),
  );
}
