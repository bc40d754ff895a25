import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { DataSet, LoadFrom, OptionsOf } from '../../data-set.ts';
import type { FileImageSet } from '../../image-source.ts';
import { dataCache } from '../cache.ts';
import { DECODING, decodingOf, knownOfFiles } from '../decoding-options.ts';
import { sourceTitle } from '../source-title.ts';
import { cachedIndex } from './cached-index.ts';
import { fileImages } from './file-images.ts';
import { indexOwnFolder, partsIn } from './index-own-folder.ts';

const VARIABLE = 'SPATIAL_ENSEMBLE_FOLDER';

const options = {
  /**
   * The test images: a folder beside `train`, or a share of each class, as 0.2. Default: the one of `test` and `val` that
   * there is, beside the one that is held out.
   */
  test: z
    .union([z.number().gt(0).lt(1), z.string().regex(/^[^/\\]+$/, 'must be the name of a folder beside train')])
    .optional(),
  /** Draws other test images where they are a share. Default 0. */
  testSeed: z.int().nonnegative().optional(),
  ...DECODING,
};

/**
 * Own image files in folders, in the directory that SPATIAL_ENSEMBLE_FOLDER names: `train/CLASS/IMAGE` with `test` or
 * `val` beside it, or `CLASS/IMAGE` alone, of which a share is tested. Images of a folder `unlabelled` beside `train`, or
 * of a `train` without folders of classes, have no label.
 *
 * @throws Error that says what to place where, or names the files that cannot be read
 */
export const folder: DataSet<typeof options> = {
  name: 'folder',
  title: 'Own images',
  options,
  heldOut: 'a folder beside train',
  known: knownOfFiles,
  load: loadFolder,
  status(env) {
    const directory = env[VARIABLE];
    return {
      title: 'Own images in folders',
      variable: VARIABLE,
      names: 'a directory with train/CLASS/IMAGE and test or val, or with CLASS/IMAGE',
      ...(directory && existsSync(directory) && { directory, detail: partsIn(directory) }),
    };
  },
};

async function loadFolder(
  asked: OptionsOf<typeof options>,
  { split, heldOut, env, progress }: LoadFrom,
): Promise<FileImageSet> {
  const named = env[VARIABLE];
  if (!named)
    throw new Error(
      `no folder of images is named: ${VARIABLE}=/path, a directory with train/CLASS/IMAGE and test the same, or with CLASS/IMAGE`,
    );
  const root = resolve(named);
  if (!existsSync(root)) throw new Error(`there is no directory ${root}, which ${VARIABLE} names`);
  const { index, skipped } = await cachedIndex({
    root,
    name: `folder-${split}`,
    of: [JSON.stringify([asked.test, asked.testSeed, heldOut])],
    directory: join(dataCache(env), 'indices'),
    make: () => indexOwnFolder(root, { ...asked, heldOut }, split, progress),
  });
  const { entries, classes } = index;
  const title = await sourceTitle(
    root,
    'own images',
    `${entries.length.toLocaleString('en')} of ${classes.length.toLocaleString('en')} classes`,
  );
  return fileImages({ name: 'folder', title, split, root, index, skipped, decoding: decodingOf(asked) });
}
