import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DataSet, OptionsOf } from '../../data-set.ts';
import { imageSet } from '../../image-set.ts';
import { UNKNOWN, type ImageSet } from '../../image-source.ts';
import type { Manifest } from '../../manifest.ts';
import { verifyArchive } from '../archive.ts';
import { dataCache } from '../cache.ts';
import type { Environment } from '../environment.ts';
import { fetchArchive } from '../fetch-archive.ts';
import { interleave, records } from '../records.ts';
import { eachOfMat, type MatVariable } from './mat-variables.ts';
import { CLASSES, MOST_BYTES, SIDE, SVHN, type SvhnSet } from './set.ts';

const VARIABLE = 'SPATIAL_ENSEMBLE_SVHN';
const IMAGE_BYTES = 3 * SIDE * SIDE;
/** How numbers are stored. */
const [UINT8, FLOAT64] = [2, 9];

const options = {
  /** Whether the 531,131 images of `extra` are training images too, behind those of `train`. Default false. */
  extra: z.boolean().optional(),
};

/** SVHN, cropped digits. A mirrored digit is another, so that FixMatch wants `augment.flip=false`. */
export const svhn: DataSet<typeof options> = {
  name: 'svhn',
  title: 'SVHN',
  options,
  known: () => ({ height: SIDE, width: SIDE, channels: 3, classes: CLASSES.length }),
  load: (asked, { split, env }) => loadSvhn(SVHN, { ...asked, split, env }),
  status(env) {
    const directory = directoryOf(SVHN, env);
    return {
      title: 'SVHN',
      variable: VARIABLE,
      orElse: 'fetch train and test, 0.25 GB: npx spatial-ensemble doctor --data svhn',
      ...(directory !== undefined && existsSync(directory) && { directory }),
    };
  },
  async fetch({ env, url, ...rest }) {
    const directory = env[VARIABLE] || dataCache(env);
    const options = { directory, most: MOST_BYTES, ...rest };
    // Another place is that of the folder in which both lie.
    const from = (file: string) => (url === undefined ? {} : { url: `${url.replace(/\/$/, '')}/${file}` });
    await fetchArchive(SVHN.test.archive, { ...options, ...from(SVHN.test.archive.file) });
    return fetchArchive(SVHN.train.archive, { ...options, ...from(SVHN.train.archive.file) });
  },
};

function directoryOf({ train }: SvhnSet, env: Environment): string | undefined {
  const cache = dataCache(env);
  return env[VARIABLE] || (existsSync(join(cache, train.archive.file)) ? cache : undefined);
}

/**
 * SVHN from its official files, each verified by its checksum: MATLAB's arrays `X`, uint8 `[row, column, channel, image]`,
 * and `y`, labels from 1 to 10, of which 10 is the digit 0.
 *
 * @throws Error that says what to place where, if a file is not here, or is another
 */
export async function loadSvhn(
  set: SvhnSet,
  {
    split,
    extra = false,
    env,
  }: OptionsOf<typeof options> & { readonly split: Manifest['split']; readonly env: Environment },
): Promise<ImageSet> {
  const parts = split === 'train' && extra ? (['train', 'extra'] as const) : [split];
  const advice = `Fetch train and test with \`npx spatial-ensemble doctor --data svhn\`, or put ${parts.map((part) => set[part].archive.file).join(' and ')} (${set.train.archive.url.replace(/[^/]*$/, '')}) into a directory and name that in ${VARIABLE}`;
  const directory = directoryOf(set, env);
  if (directory === undefined) throw new Error(`SVHN is not here. ${advice}`);
  const count = parts.reduce((sum, part) => sum + set[part].images, 0);
  const images = new Uint8Array(new SharedArrayBuffer(count * IMAGE_BYTES));
  const labels = new Int32Array(count).fill(UNKNOWN);
  let from = 0;
  for (const part of parts) {
    const { archive, images: many } = set[part];
    const path = join(directory, archive.file);
    if (!existsSync(path)) throw new Error(`there is no ${path}. ${advice}`);
    await verifyArchive(path, archive, MOST_BYTES);
    await readSvhn(path, images.subarray(from * IMAGE_BYTES), labels.subarray(from, from + many));
    from += many;
  }
  return imageSet({
    name: 'svhn',
    title: parts.length === 1 ? 'SVHN' : 'SVHN with extra',
    split,
    verified: true,
    officialOrder: true,
    height: SIDE,
    width: SIDE,
    channels: 3,
    classes: CLASSES,
    images,
    labels,
  });
}

/**
 * Reads the images and labels of one file.
 *
 * @param images `[labels.length, 32, 32, 3]`, to be filled
 * @param labels to be filled
 * @throws Error that names the file, and what is not as it should be
 */
export async function readSvhn(path: string, images: Uint8Array, labels: Int32Array): Promise<void> {
  const left = new Set(['X', 'y']);
  try {
    await eachOfMat(path, async (variable) => {
      if (left.delete(variable.name)) await (variable.name === 'X' ? fillImages : fillLabels)(variable, images, labels);
      return left.size > 0;
    });
    if (left.size > 0) throw new Error(`it lacks the array ${[...left].join(' and ')}`);
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

async function fillImages(variable: MatVariable, images: Uint8Array, labels: Int32Array): Promise<void> {
  const count = labels.length;
  expect(variable, [SIDE, SIDE, 3, count], UINT8, count * IMAGE_BYTES);
  let at = 0;
  for await (const planes of records(upTo(variable), IMAGE_BYTES, count)) {
    interleave(planes, SIDE, 3, images, at);
    at += IMAGE_BYTES;
  }
}

async function fillLabels(variable: MatVariable, _: Uint8Array, labels: Int32Array): Promise<void> {
  const count = labels.length;
  const size = variable.type === FLOAT64 ? 8 : 1;
  expect(variable, [count, 1], size === 8 ? FLOAT64 : UINT8, count * size);
  let i = 0;
  for await (const bytes of records(upTo(variable), size, count)) {
    const label = size === 1 ? bytes[0]! : Buffer.from(bytes.buffer, bytes.byteOffset, 8).readDoubleLE(0);
    if (!Number.isInteger(label) || label < 1 || label > 10)
      throw new Error(`the label of image ${i} is ${label}, not one of 1 to 10`);
    labels[i++] = label % 10;
  }
}

function expect({ name, sizes, type, bytes }: MatVariable, asked: readonly number[], of: number, length: number): void {
  if (sizes.join(' x ') !== asked.join(' x ') || type !== of || bytes !== length)
    throw new Error(
      `the array ${name} has ${sizes.join(' x ')} numbers of type ${type} in ${bytes} bytes; there should be ${asked.join(' x ')} of type ${of} in ${length}`,
    );
}

/** Without what pads an array to eight bytes. */
async function* upTo({ content, bytes }: MatVariable): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of content) {
    yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.length);
    if (left === 0) return;
  }
}
