import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { DataSet, IndexProgress } from '../data-set.ts';
import type { FileImageSet } from '../image-source.ts';
import type { Manifest } from '../manifest.ts';
import { DECODING, decodingOf, knownOfFiles } from './decoding-options.ts';
import type { Environment } from './environment.ts';
import { imageFolder } from './folder/image-folder.ts';
import { sourceTitle } from './source-title.ts';

const VARIABLE = 'SPATIAL_ENSEMBLE_IMAGENET';

/** Images of ILSVRC 2012 (Russakovsky et al., 2015), of 1,000 classes. */
const COMPLETE = { train: 1_281_167, val: 50_000 };
const CLASSES = 1000;

const options = {
  /**
   * The one folder that training and test images are both read from: a wiring check. Default: `train` for training,
   * `val` for the test.
   */
  folder: z.enum(['train', 'val']).optional(),
  ...DECODING,
};

/** ImageNet, or a part of it; how many images and classes there are is known once the folder is looked at. */
export const imageNet: DataSet<typeof options> = {
  name: 'imagenet',
  title: 'ImageNet',
  options,
  known: knownOfFiles,
  load: (asked, from) => loadImageNet({ ...asked, ...from }),
  status(env) {
    const directory = env[VARIABLE];
    return {
      title: 'ImageNet',
      variable: VARIABLE,
      ...(directory !== undefined && directory !== '' && existsSync(directory) && { directory }),
    };
  },
};

export interface ImageNetOptions {
  readonly split: Manifest['split'];
  /** The one folder that both splits are read from: a wiring check. Default: `train` and `val`. */
  readonly folder?: 'train' | 'val' | undefined;
  /** See `Decoding`. Off by default. */
  readonly shrinkTo?: number | undefined;
  /** See `Decoding`. Off by default. */
  readonly orientation?: 'exif' | undefined;
  /** See `Decoding`. Off by default. */
  readonly resize?: number | undefined;
  /** The directory of `train` and `val`. Default: the variable SPATIAL_ENSEMBLE_IMAGENET. */
  readonly directory?: string;
  /** Told while a folder is indexed, which takes minutes for all of ImageNet. */
  readonly progress?: IndexProgress;
  readonly env?: Environment;
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
  resize,
  directory,
  progress,
  env = process.env,
}: ImageNetOptions): Promise<FileImageSet> {
  const from = directory ?? (env[VARIABLE] || undefined);
  if (from === undefined)
    throw new Error(
      `ImageNet is not here. Get ILSVRC 2012 from https://www.image-net.org, which asks for an account, unpack its images into train/CLASS/IMAGE.JPEG and val, and name the directory that holds both in ${VARIABLE}`,
    );
  const root = resolve(from);
  const own = folder ?? (split === 'train' ? 'train' : 'val');
  const classesOf = folder ?? 'train';
  checkFolders(root, own, classesOf);
  const decoding = decodingOf({ shrinkTo, orientation, resize });
  const name = 'imagenet';
  const images = await imageFolder({
    name,
    title: 'ImageNet',
    split,
    root,
    folder: own,
    classesOf,
    decoding,
    env,
    progress,
  });
  const { classes, count, manifest } = images;
  const complete = classes.length === CLASSES && count === COMPLETE[own];
  const title = await sourceTitle(
    root,
    'ImageNet',
    complete ? '' : `${count.toLocaleString('en')} images of ${classes.length.toLocaleString('en')} classes`,
  );
  return { ...images, title, manifest: { ...manifest, title } };
}

function checkFolders(root: string, ...folders: readonly ('train' | 'val')[]): void {
  if (!existsSync(root)) throw new Error(`there is no directory ${root}; ImageNet was to be found there`);
  for (const needed of folders) {
    const other = needed === 'train' ? 'val' : 'train';
    if (!existsSync(join(root, needed)))
      throw new Error(
        `there is no folder ${join(root, needed)}. ImageNet has train/CLASS/IMAGE.JPEG, and val the same or flat; to train and test on one folder, as a wiring check, declare which: \`folder: '${other}'\` (--set data.folder=${other})`,
      );
  }
}
