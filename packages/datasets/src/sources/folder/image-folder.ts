import { join, resolve } from 'node:path';
import type { IndexProgress } from '../../data-set.ts';
import type { Decoding, FileImageSet } from '../../image-source.ts';
import type { Manifest } from '../../manifest.ts';
import { dataCache } from '../cache.ts';
import type { Environment } from '../environment.ts';
import { cachedIndex } from './cached-index.ts';
import { fileImages } from './file-images.ts';
import { indexFolder } from './index-folder.ts';

export interface ImageFolderOptions {
  /** As in `Manifest`. */
  readonly name: string;
  readonly title: string;
  readonly split: Manifest['split'];
  /** The directory of `folder` and `classesOf`. */
  readonly root: string;
  /** Holds a folder a class, `folder/CLASS/IMAGE.JPEG`, or is flat with a ground truth beside it. */
  readonly folder: string;
  /** The folder whose subfolders are the classes, sorted. Default `folder`; of test images that of the training images. */
  readonly classesOf?: string;
  readonly decoding?: Decoding;
  readonly env?: Environment;
  /** Told while the folder is looked at for the first time. */
  readonly progress?: IndexProgress | undefined;
}

/**
 * A folder of image files, which are decoded when they are needed: JPEG, PNG, WebP, TIFF and GIF of any size. It is
 * indexed once; the index lies in the user's cache until a folder in it changes, and its hash is the manifest's.
 *
 * @throws Error that names the folders or files that are missing, do not fit each other, or are no images
 */
export async function imageFolder({
  name,
  title,
  split,
  root: directory,
  folder,
  classesOf = folder,
  decoding = {},
  env = process.env,
  progress,
}: ImageFolderOptions): Promise<FileImageSet> {
  const root = resolve(directory);
  const { index, skipped } = await cachedIndex({
    root,
    name: `imagenet-${folder}`,
    of: [folder, classesOf],
    directory: join(dataCache(env), 'indices'),
    make: () => indexFolder(root, folder, classesOf, progress),
  });
  return fileImages({ name, title, split, root: join(root, folder), index, skipped, decoding });
}
