import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { DataSet, LoadFrom } from '../../data-set.ts';
import type { FileImageSet } from '../../image-source.ts';
import { dataCache } from '../cache.ts';
import { decodingOf, knownOfFiles } from '../decoding-options.ts';
import { cachedIndex } from '../folder/cached-index.ts';
import { fileImages } from '../folder/file-images.ts';
import { sourceTitle } from '../source-title.ts';
import { indexManifest } from './index-manifest.ts';
import { manifestOptions as options, type ManifestOptions } from './options.ts';

const VARIABLE = 'SPATIAL_ENSEMBLE_MANIFEST';
/**
 * Image files and their classes as a table gives them, CSV or JSONL, which SPATIAL_ENSEMBLE_MANIFEST names.
 *
 * @throws Error that names the rows which cannot be used, by their lines, or says what is missing
 */
export const manifest: DataSet<typeof options> = {
  name: 'manifest',
  title: 'Own images',
  options,
  heldOut: 'what splitColumn says of the rows',
  known: knownOfFiles,
  load: loadManifest,
  status(env) {
    const file = env[VARIABLE];
    return {
      title: 'Own images by a manifest',
      variable: VARIABLE,
      names: 'a table of paths and labels, CSV or JSONL',
      ...(file && existsSync(file) && { directory: file }),
    };
  },
};

async function loadManifest(
  asked: ManifestOptions,
  { split, heldOut, env, progress }: LoadFrom,
): Promise<FileImageSet> {
  const named = env[VARIABLE];
  if (!named)
    throw new Error(
      `no manifest is named: ${VARIABLE}=/path/labels.csv, whose columns \`path\` and \`label\` say where each image lies, from the manifest's folder on, and of which class it is`,
    );
  const file = resolve(named);
  const root = dirname(file);
  if (!existsSync(file)) throw new Error(`there is no file ${file}, which ${VARIABLE} names`);
  const { index, skipped } = await cachedIndex({
    root,
    name: `manifest-${split}`,
    of: [basename(file), split, JSON.stringify([asked, heldOut])],
    directory: join(dataCache(env), 'indices'),
    make: () => indexManifest(file, { ...asked, heldOut }, split, progress),
  });
  const { entries, classes } = index;
  const title = await sourceTitle(
    root,
    'own images',
    `${entries.length.toLocaleString('en')} of ${classes.length.toLocaleString('en')} classes`,
  );
  return fileImages({ name: 'manifest', title, split, root, index, skipped, decoding: decodingOf(asked) });
}
