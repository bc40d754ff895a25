import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DataSet, OptionsOf } from '../../data-set.ts';
import { imageSet } from '../../image-set.ts';
import { UNKNOWN, type ImageSet } from '../../image-source.ts';
import type { Manifest } from '../../manifest.ts';
import { eachOfArchive, verifyArchive } from '../archive.ts';
import { dataCache } from '../cache.ts';
import type { Environment } from '../environment.ts';
import { fetchArchive } from '../fetch-archive.ts';
import { interleave, records } from '../records.ts';
import { CLASSES, MOST_BYTES, SIDE, STL_10, type Stl10Set } from './set.ts';

const VARIABLE = 'SPATIAL_ENSEMBLE_STL10';
const IMAGE_BYTES = 3 * SIDE * SIDE;

const options = {
  /**
   * Of the training images: `all`, the 5,000 labelled ones and then 100,000 without a label, which takes 2.9 GB of memory;
   * `labelled`, the former alone. Default `all`.
   */
  images: z.enum(['all', 'labelled']).optional(),
};

/** STL-10, with its ten published folds of 1,000 labels each. */
export const stl10: DataSet<typeof options> = {
  name: 'stl10',
  title: 'STL-10',
  options,
  known: ({ images }) => ({
    height: SIDE,
    width: SIDE,
    channels: 3,
    classes: CLASSES.length,
    // Beside images without a label these are not all that there are.
    ...(images === 'labelled' && { perClass: STL_10.counts.train / CLASSES.length }),
  }),
  load: (asked, { split, env }) => loadStl10(STL_10, { ...asked, split, env }),
  status(env) {
    const directory = directoryOf(STL_10, env);
    return {
      title: 'STL-10',
      variable: VARIABLE,
      orElse: 'fetch its archive, 2.6 GB: npx spatial-ensemble doctor --data stl10',
      ...(directory !== undefined && existsSync(directory) && { directory }),
    };
  },
  fetch: ({ env, ...rest }) =>
    fetchArchive(STL_10.archive, { directory: env[VARIABLE] || dataCache(env), most: MOST_BYTES, ...rest }),
};

function directoryOf({ archive }: Stl10Set, env: Environment): string | undefined {
  const cache = dataCache(env);
  return env[VARIABLE] || (existsSync(join(cache, archive.file)) ? cache : undefined);
}

/**
 * STL-10 from its official archive, which is verified by its checksum and read file by file. Its images are planes of
 * columns; labels count from 1; `fold_indices.txt` has the places of a fold's images on a line, from 0.
 *
 * @throws Error that says what to place where, if the archive is not here, is another, or lacks a file
 */
export async function loadStl10(
  set: Stl10Set,
  {
    split,
    images: which = 'all',
    env,
  }: OptionsOf<typeof options> & { readonly split: Manifest['split']; readonly env: Environment },
): Promise<ImageSet> {
  const { counts, archive } = set;
  const directory = directoryOf(set, env);
  const advice = `Fetch it with \`npx spatial-ensemble doctor --data stl10\`, or put ${archive.file} (${archive.url}) into a directory and name that in ${VARIABLE}`;
  if (directory === undefined) throw new Error(`STL-10 is not here. ${advice}`);
  const path = join(directory, archive.file);
  if (!existsSync(path)) throw new Error(`there is no ${path}. ${advice}`);
  await verifyArchive(path, archive, MOST_BYTES);

  const without = split === 'train' && which === 'all' ? counts.unlabeled : 0;
  const count = counts[split] + without;
  const images = new Uint8Array(new SharedArrayBuffer(count * IMAGE_BYTES));
  const labels = new Int32Array(count).fill(UNKNOWN);
  let folds: number[][] | undefined;
  const fill = async (content: AsyncIterable<Uint8Array>, from: number, many: number): Promise<void> => {
    let at = from * IMAGE_BYTES;
    for await (const planes of records(content, IMAGE_BYTES, many)) {
      interleave(planes, SIDE, 3, images, at);
      at += IMAGE_BYTES;
    }
  };
  const readers: { readonly [name: string]: (content: AsyncIterable<Uint8Array>) => Promise<void> } = {
    [`${split}_X.bin`]: (content) => fill(content, 0, counts[split]),
    [`${split}_y.bin`]: async (content) => {
      for await (const all of records(content, counts[split], 1)) all.forEach((label, i) => (labels[i] = label - 1));
    },
    ...(without > 0 && { 'unlabeled_X.bin': (content) => fill(content, counts[split], without) }),
    ...(split === 'train' && {
      'fold_indices.txt': async (content) => void (folds = foldsOf(await textOf(content), set)),
    }),
  };
  const left = new Set(Object.keys(readers));
  await eachOfArchive(path, archive, async ({ name, content }) => {
    if (left.delete(name))
      await readers[name]!(content).catch((error: Error) => {
        throw new Error(`${path}, ${name}: ${error.message}`, { cause: error });
      });
    return left.size > 0;
  });
  if (left.size > 0) throw new Error(`${path} does not hold ${[...left].join(', ')}`);
  const wrong = labels.subarray(0, counts[split]).findIndex((label) => label < 0 || label >= CLASSES.length);
  if (wrong >= 0) throw new Error(`${path}: the label of image ${wrong} is ${labels[wrong]! + 1}, not one of 1 to 10`);
  return imageSet({
    name: 'stl10',
    title: 'STL-10',
    split,
    verified: true,
    officialOrder: true,
    height: SIDE,
    width: SIDE,
    channels: 3,
    classes: CLASSES,
    images,
    labels,
    ...(folds !== undefined && { folds }),
  });
}

/** Of a list of ten lines of 1,000 numbers. */
const MOST_TEXT_BYTES = 1e6;

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    length += chunk.length;
    if (length > MOST_TEXT_BYTES) throw new Error(`it has more than ${MOST_TEXT_BYTES} bytes`);
    chunks.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(chunks).toString('latin1');
}

function foldsOf(text: string, { folds, counts }: Stl10Set): number[][] {
  const lines = text.trim().split(/\r?\n/);
  const found = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const isFold = (fold: readonly number[]): boolean =>
    fold.length === folds.images &&
    new Set(fold).size === fold.length &&
    fold.every((index) => Number.isInteger(index) && index >= 0 && index < counts.train);
  if (found.length !== folds.count || !found.every(isFold))
    throw new Error(`it is no list of ${folds.count} folds of ${folds.images} different training images each`);
  return found;
}
