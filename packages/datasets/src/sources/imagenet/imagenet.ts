import { join, resolve } from 'node:path';
import { imageFiles } from '../../files/image-files.ts';
import type { FileImageSet } from '../../image-source.ts';
import type { Manifest } from '../../image-set.ts';
import { checkSource } from '../check-source.ts';
import { dataCache } from '../cache.ts';
import type { Environment } from '../environment.ts';
import { sourceTitle } from '../source-title.ts';
import { cachedIndex } from './cached-index.ts';
import { hashIndex } from './folder-index.ts';
import type { IndexProgress } from './index-folder.ts';

export const IMAGENET_VARIABLE = 'SPATIAL_ENSEMBLE_IMAGENET';

/** Images of ILSVRC 2012 (Russakovsky et al., 2015), of 1,000 classes. */
const COMPLETE = { train: 1_281_167, val: 50_000 };
const CLASSES = 1000;

export interface ImageNetOptions {
  readonly split: Manifest['split'];
  /** The one folder that both splits are read from: a wiring check. Default: `train` and `val`. */
  readonly folder?: 'train' | 'val';
  /** See `Decoding`. Off by default. */
  readonly shrinkTo?: number;
  /** See `Decoding`. Off by default. */
  readonly orientation?: 'exif';
  /** The directory of `train` and `val`. Default: the variable SPATIAL_ENSEMBLE_IMAGENET. */
  readonly directory?: string;
  /** Told while a folder is indexed, which takes minutes for all of ImageNet. */
  readonly progress?: IndexProgress;
  readonly env?: Environment;
}

export function imageNetDirectory({ directory, env = process.env }: Pick<ImageNetOptions, 'directory' | 'env'> = {}):
  string | undefined {
  return directory ?? (env[IMAGENET_VARIABLE] || undefined);
}

/**
 * ImageNet as files: `train/CLASS/IMAGE.JPEG`, and `val` the same, or flat with a ground truth beside it. Files are
 * decoded when they are needed, and cannot be told from the official ones: the title says `unverified`, or what a
 * `SOURCE.json` in the directory says, and how many images there are if some are missing.
 *
 * A folder is indexed once; the index lies in the user's cache until a folder changes. Its hash is the manifest's.
 *
 * @throws Error that says what to place where, if folders are missing or do not fit each other
 */
export async function loadImageNet({
  split,
  folder,
  shrinkTo,
  orientation,
  directory,
  progress,
  env = process.env,
}: ImageNetOptions): Promise<FileImageSet> {
  const from = imageNetDirectory({ env, ...(directory !== undefined && { directory }) });
  if (from === undefined)
    throw new Error(
      `ImageNet is not here. Get ILSVRC 2012 from https://www.image-net.org, which asks for an account, unpack its images into train/CLASS/IMAGE.JPEG and val, and name the directory that holds both in ${IMAGENET_VARIABLE}`,
    );
  checkSource({ name: 'imagenet', folder, shrinkTo, orientation });
  const decoding = { ...(shrinkTo !== undefined && { shrinkTo }), ...(orientation !== undefined && { orientation }) };
  const root = resolve(from);
  const own = folder ?? (split === 'train' ? 'train' : 'val');
  const { index, skipped } = await cachedIndex(root, own, folder ?? 'train', join(dataCache(env), 'indices'), progress);
  const { classes, entries } = index;
  const count = entries.length;
  const complete = classes.length === CLASSES && count === COMPLETE[own];
  const title = await sourceTitle(
    root,
    'ImageNet',
    complete ? '' : `${count.toLocaleString('en')} images of ${classes.length.toLocaleString('en')} classes`,
  );
  const labels = new Int32Array(new SharedArrayBuffer(4 * count));
  labels.set(index.labels);
  const sha256 = hashIndex(index, Object.entries(decoding).flat().join(' '));
  return {
    title,
    channels: 3,
    classes,
    count,
    files: imageFiles(join(root, own), entries, decoding),
    labels,
    skipped,
    manifest: { name: 'imagenet', title, split, count, sha256, verified: false },
  };
}
