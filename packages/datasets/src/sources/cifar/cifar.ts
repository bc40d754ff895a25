import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '@spatial-ensemble/files';
import type { DataSet, FetchOptions } from '../../data-set.ts';
import { imageSet } from '../../image-set.ts';
import type { ImageSet } from '../../image-source.ts';
import type { Manifest } from '../../manifest.ts';
import { readArchive } from '../archive.ts';
import { dataCache } from '../cache.ts';
import type { Environment } from '../environment.ts';
import { fetchArchive, type FetchArchiveOptions } from '../fetch-archive.ts';
import { sourceTitle } from '../source-title.ts';
import { readBatch } from './pickled.ts';
import { CIFAR_10, CIFAR_100, type CifarSet } from './sets.ts';

const SIDE = 32;
const AREA = SIDE * SIDE;

interface CifarOptions {
  readonly split: Manifest['split'];
  /** Where the archive or its files lie. Default: the variable SPATIAL_ENSEMBLE_CIFAR10 (100), then the user's cache. */
  readonly directory?: string;
  readonly env?: Environment;
}

/** The directory that is named, or the user's cache where a fetched archive is there. */
function cifarDirectory(
  { variable, archive, python }: CifarSet,
  { directory, env = process.env }: Pick<CifarOptions, 'directory' | 'env'> = {},
): string | undefined {
  const named = directory ?? (env[variable] || undefined);
  const cache = dataCache(env);
  const isCached = [archive, python.archive].some(({ file }) => existsSync(join(cache, file)));
  return named ?? (isCached ? cache : undefined);
}

/** What there is to know of one of the two. */
function cifar(set: CifarSet): DataSet<Record<never, never>> {
  const { name, title, variable, classes, files, recordsAFile } = set;
  const perClass = (files.train.length * recordsAFile.train) / classes.length;
  return {
    name,
    title,
    options: {},
    known: () => ({ height: SIDE, width: SIDE, channels: 3, classes: classes.length, perClass }),
    load: (_, { split, env }) => loadCifarSet(set, { split, env }),
    status(env) {
      const directory = cifarDirectory(set, { env });
      return {
        title,
        variable,
        orElse: `fetch its archive: npx spatial-ensemble doctor --data ${name}`,
        ...(directory !== undefined && existsSync(directory) && { directory }),
      };
    },
    fetch: (options) => fetchCifar(set, options),
  };
}

export const cifar10 = cifar(CIFAR_10);
export const cifar100 = cifar(CIFAR_100);

/** Fetches the official archive to the directory that the variable names, or to the user's cache. @returns its path */
export function fetchCifar(
  { archive, variable }: CifarSet,
  { env, ...options }: Partial<FetchArchiveOptions> & Pick<FetchOptions, 'env'>,
): Promise<string> {
  return fetchArchive(archive, { directory: env[variable] || dataCache(env), ...options });
}

/**
 * CIFAR-10 or CIFAR-100, 32 x 32 pixels, from the official archive or its files.
 *
 * The archive has a published checksum and is read as it is; where it is not here, Python's is, which has the same images. Files beside no archive cannot be told from the official
 * ones: their title says `unverified`, unless a `SOURCE.json` beside them (`{"name": "CIFAR-10 (JPEG copies)"}`) gives
 * another name.
 *
 * @throws Error that says what to place where, if files are missing or are not such files
 */
export async function loadCifarSet(
  set: CifarSet,
  { split, directory, env = process.env }: CifarOptions,
): Promise<ImageSet> {
  const { name, title, variable, archive, classes } = set;
  const from = cifarDirectory(set, { env, ...(directory !== undefined && { directory }) });
  const advice = `Fetch it with \`npx spatial-ensemble doctor --data ${name}\`, or put ${archive.file} (${archive.url}), the files in it, or ${set.python.archive.file} into a directory and name that in ${variable}`;
  if (from === undefined) throw new Error(`${title} is not here. ${advice}`);

  const { files, verified, where } = await readFiles(set, split, from, advice);
  const record = recordBytes(set);
  const count = files.length * set.recordsAFile[split];
  const images = new Uint8Array(count * 3 * AREA);
  const labels = new Uint8Array(count);
  let at = 0;
  for (const { file, bytes } of files) {
    const records = set.recordsAFile[split];
    if (bytes.length !== records * record)
      throw new Error(
        `${join(where, file)} has ${bytes.length} bytes; ${records} records of ${record} bytes are ${records * record}. ${advice}`,
      );
    for (let n = 0; n < records; n++) unpack(bytes.subarray(n * record, (n + 1) * record), images, labels, at++);
  }
  return imageSet({
    name,
    title: verified ? title : await sourceTitle(where, title),
    split,
    verified,
    // Files beside no archive may be in any order: copies from elsewhere are.
    officialOrder: verified,
    height: SIDE,
    width: SIDE,
    channels: 3,
    classes,
    images,
    labels,
  });
}

function recordBytes({ labelBytes }: CifarSet): number {
  return labelBytes + 3 * AREA;
}

async function readFiles(
  set: CifarSet,
  split: Manifest['split'],
  from: string,
  advice: string,
): Promise<{
  readonly files: readonly { readonly file: string; readonly bytes: Uint8Array }[];
  readonly verified: boolean;
  readonly where: string;
}> {
  const { title, files, folder, archive } = set;
  const most = set.recordsAFile[split] * recordBytes(set);
  if (!existsSync(from)) throw new Error(`there is no directory ${from}, where ${title} was to be found. ${advice}`);
  const names = files[split];
  const packed = join(from, archive.file);
  if (existsSync(packed)) {
    const unpacked = await readArchive(packed, archive, names, most);
    return { files: [...unpacked].map(([file, bytes]) => ({ file, bytes })), verified: true, where: packed };
  }
  if (existsSync(join(from, set.python.archive.file))) return readPickled(set, split, from);
  const below = join(from, folder);
  const where = existsSync(below) ? below : from;
  const missing = names.filter((name) => !existsSync(join(where, name)));
  if (missing.length > 0)
    throw new Error(`${title} in ${where} is incomplete: ${missing.join(', ')} not found. ${advice}`);
  const read = names.map(async (file) => ({ file, bytes: await readBounded(join(where, file), most) }));
  return { files: await Promise.all(read), verified: false, where };
}

/** As records of the binary files; labels beside the one that is used are 0. */
async function readPickled(set: CifarSet, split: Manifest['split'], from: string): ReturnType<typeof readFiles> {
  const { python, labelBytes } = set;
  const count = set.recordsAFile[split];
  const path = join(from, python.archive.file);
  // Names of the files, labels one by one, and the superclasses' stand beside the pixels.
  const unpacked = await readArchive(path, python.archive, python.files[split], 2 * count * recordBytes(set) + 1e6);
  const files = [...unpacked].map(([file, bytes]) => {
    try {
      const { planes, labels } = readBatch(bytes, python.labels, count);
      const binary = new Uint8Array(count * recordBytes(set));
      labels.forEach((label, i) => {
        binary[i * recordBytes(set) + labelBytes - 1] = label;
        binary.set(planes.subarray(3 * AREA * i, 3 * AREA * (i + 1)), i * recordBytes(set) + labelBytes);
      });
      return { file, bytes: binary };
    } catch (error) {
      throw new Error(`${path}, ${file}, cannot be read: ${(error as Error).message}`, { cause: error });
    }
  });
  return { files, verified: true, where: path };
}

/** One record, from planes to interleaved channels. `]!`: a record's length is checked, and it has thousands of bytes. */
function unpack(record: Uint8Array, images: Uint8Array, labels: Uint8Array, at: number): void {
  const planes = record.length - 3 * AREA;
  labels[at] = record[planes - 1]!;
  for (let c = 0, out = at * 3 * AREA; c < 3; c++)
    for (let p = 0; p < AREA; p++) images[out + 3 * p + c] = record[planes + c * AREA + p]!;
}
