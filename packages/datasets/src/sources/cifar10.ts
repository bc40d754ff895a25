import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageSet, type ImageSet, type Manifest } from '../image-set.ts';
import type { Environment } from './environment.ts';

/** Krizhevsky (2009), the official binary version: records of a label and three planes of 32 x 32 bytes. */
const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const SIDE = 32;
const AREA = SIDE * SIDE;
const RECORD = 1 + 3 * AREA;
const RECORDS_A_FILE = 10_000;

export const CIFAR10_VARIABLE = 'SPATIAL_ENSEMBLE_CIFAR10';

const FILES = {
  train: ['data_batch_1.bin', 'data_batch_2.bin', 'data_batch_3.bin', 'data_batch_4.bin', 'data_batch_5.bin'],
  test: ['test_batch.bin'],
} as const;

export interface Cifar10Options {
  readonly split: Manifest['split'];
  /** Where the files lie. Default: the variable SPATIAL_ENSEMBLE_CIFAR10. */
  readonly directory?: string;
  readonly env?: Environment;
}

export function cifar10Directory({ directory, env = process.env }: Pick<Cifar10Options, 'directory' | 'env'> = {}):
  string | undefined {
  return directory ?? (env[CIFAR10_VARIABLE] || undefined);
}

/**
 * CIFAR-10 in the official binary layout.
 *
 * Loose files cannot be told from the official ones: only the archive has a published checksum. So their title says
 * `unverified`, unless a `SOURCE.json` beside them (`{"name": "CIFAR-10 (JPEG copies)"}`) gives another name.
 *
 * @throws Error that says what to place where, if files are missing or are not such files
 */
export async function loadCifar10({ split, directory, env = process.env }: Cifar10Options): Promise<ImageSet> {
  const from = cifar10Directory({ directory, env });
  const advice = `Unpack cifar-10-binary.tar.gz (https://www.cs.toronto.edu/~kriz/cifar.html) and name the directory that holds ${FILES.train[0]} … ${FILES.test[0]} in ${CIFAR10_VARIABLE}`;
  if (from === undefined) throw new Error(`CIFAR-10 is not here. ${advice}`);
  const missing = FILES[split].filter((name) => !existsSync(join(from, name)));
  if (missing.length > 0)
    throw new Error(`CIFAR-10 in ${from} is incomplete: ${missing.join(', ')} not found. ${advice}`);

  const count = FILES[split].length * RECORDS_A_FILE;
  const images = new Uint8Array(count * 3 * AREA);
  const labels = new Uint8Array(count);
  for (const [i, name] of FILES[split].entries()) {
    const bytes = await readFile(join(from, name));
    if (bytes.length !== RECORDS_A_FILE * RECORD) {
      throw new Error(
        `${join(from, name)} has ${bytes.length} bytes; ${RECORDS_A_FILE} records of ${RECORD} bytes are ${RECORDS_A_FILE * RECORD}. ${advice}`,
      );
    }
    unpack(bytes, images, labels, i * RECORDS_A_FILE);
  }
  const title = await titleOf(from);
  return imageSet({
    name: 'cifar10',
    title,
    split,
    height: SIDE,
    width: SIDE,
    channels: 3,
    classes: CLASSES,
    images,
    labels,
  });
}

/** From planes to interleaved channels. */
function unpack(records: Uint8Array, images: Uint8Array, labels: Uint8Array, first: number): void {
  for (let i = 0; i < RECORDS_A_FILE; i++) {
    const record = i * RECORD;
    labels[first + i] = records[record]!;
    for (let c = 0, out = (first + i) * 3 * AREA; c < 3; c++) {
      for (let p = 0; p < AREA; p++) images[out + 3 * p + c] = records[record + 1 + c * AREA + p]!;
    }
  }
}

async function titleOf(directory: string): Promise<string> {
  const path = join(directory, 'SOURCE.json');
  if (!existsSync(path)) return 'CIFAR-10 (unverified)';
  let source: unknown;
  try {
    source = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const name = (source as { readonly name?: unknown } | null)?.name;
  if (typeof name !== 'string' || name === '')
    throw new Error(`${path} must give the name to use, as in {"name": "CIFAR-10 (JPEG copies)"}`);
  // A file that anybody can write is no proof that the images are the official ones.
  return name === 'CIFAR-10' ? 'CIFAR-10 (unverified)' : name;
}
