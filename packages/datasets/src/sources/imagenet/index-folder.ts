import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FileEntry } from '../../files/image-files.ts';
import type { FolderIndex } from './folder-index.ts';
import { findGroundTruth, readGroundTruth } from './ground-truth.ts';
import { list, sized } from './scan.ts';

/** An index, and what it was made of besides the images: paths whose change makes it worthless. */
export interface Indexed {
  readonly index: FolderIndex;
  readonly rests: readonly string[];
}

/** Told after each folder of a class: how many of how many folders of `train` or `val` have been looked at. */
export type IndexProgress = (folder: string, done: number, total: number) => void;

/**
 * Looks at all image files of a folder: one subfolder a class, or flat with a ground truth.
 *
 * @param folder `train` or `val`
 * @param classesOf the folder whose subfolders are the classes
 * @throws Error that says what is missing or does not fit
 */
export async function indexFolder(
  root: string,
  folder: string,
  classesOf: string,
  progress: IndexProgress = () => undefined,
): Promise<Indexed> {
  if (!existsSync(root)) throw new Error(`there is no directory ${root}; ImageNet was to be found there`);
  for (const needed of [folder, classesOf]) {
    if (!existsSync(join(root, needed)))
      throw new Error(
        `there is no folder ${join(root, needed)}. ImageNet has train/CLASS/IMAGE.JPEG, and val the same or flat; to train and test on one folder, as a wiring check, declare which: \`folder: '${needed === 'train' ? 'val' : 'train'}'\` (--set data.folder=${needed === 'train' ? 'val' : 'train'})`,
      );
  }
  const { folders, images } = await list(join(root, folder));
  const classes = classesOf === folder ? folders : (await list(join(root, classesOf))).folders;
  if (classes.length === 0) throw new Error(`${join(root, classesOf)} has no folders of classes, such as n01440764`);
  return folders.length > 0
    ? indexClasses(root, folder, folders, classes, progress)
    : indexFlat(root, folder, images, classes, classesOf);
}

async function indexClasses(
  root: string,
  folder: string,
  folders: readonly string[],
  classes: readonly string[],
  progress: IndexProgress,
): Promise<Indexed> {
  const known = new Map(classes.map((name, label) => [name, label]));
  const strays = folders.filter((name) => !known.has(name));
  if (strays.length > 0)
    throw new Error(
      `${join(root, folder)} has classes that the training images lack: ${strays.slice(0, 5).join(', ')}`,
    );
  const entries: FileEntry[] = [];
  const labels: number[] = [];
  for (const name of folders) {
    const { images } = await list(join(root, folder, name));
    if (images.length === 0) throw new Error(`${join(root, folder, name)} holds no images`);
    for (const entry of await sized(join(root, folder), name, images)) {
      entries.push(entry);
      labels.push(known.get(name)!);
    }
    progress(folder, folders.indexOf(name) + 1, folders.length);
  }
  return { index: { classes, entries, labels }, rests: [folder, ...folders.map((name) => join(folder, name))] };
}

async function indexFlat(
  root: string,
  folder: string,
  images: readonly string[],
  classes: readonly string[],
  classesOf: string,
): Promise<Indexed> {
  if (images.length === 0) throw new Error(`${join(root, folder)} holds no images`);
  const truth = findGroundTruth(root, folder);
  const labels = await readGroundTruth(truth, images, classes);
  const entries = await sized(join(root, folder), '', images);
  const rests = [folder, classesOf, truth.path, ...(truth.numbers === undefined ? [] : [truth.numbers])];
  return { index: { classes, entries, labels }, rests };
}
