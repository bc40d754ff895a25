import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { readBounded } from '@spatial-ensemble/files';
import { key, permutation } from '@spatial-ensemble/random';
import { z } from 'zod';
import type { DataSet } from '../data-set.ts';
import { imageSet } from '../image-set.ts';
import type { ImageSet } from '../image-source.ts';
import type { Manifest } from '../manifest.ts';
import type { Environment } from './environment.ts';
import { parseIdx } from './idx.ts';

/** Xiao, Rasul and Vollgraf (2017): photographs of clothes, 28 x 28 pixels, grey. MIT licence, Zalando SE. */
const CLASSES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];
const SIDE = 28;

/** Training images a class in the embedded subset. */
const EMBEDDED_PER_CLASS = 1000;
/** And in the full set. */
const PER_CLASS = 6000;
/** Images a class in the sample, of either part. */
const SAMPLE_PER_CLASS = 100;

const IMAGES_PER_CLASS = { embedded: EMBEDDED_PER_CLASS, full: PER_CLASS, sample: SAMPLE_PER_CLASS } as const;

const FASHION_MNIST_VARIABLE = 'SPATIAL_ENSEMBLE_FASHION_MNIST';

/** Where Debian's package `dataset-fashion-mnist` puts its files. */
const DEBIAN_DIRECTORY = '/usr/share/datasets/fashion-mnist';

/** SHA-256 of the four files' content, unpacked: how they were compressed does not matter. */
const FULL = {
  'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
} as const;

/** As `FULL`, for the files in this package's `data/fashion-mnist`; written by `scripts/embed-fashion-mnist.ts`. */
const EMBEDDED = {
  ...FULL,
  'train-images-idx3-ubyte': '59cbfe54fd199dd692cf2fc37bd36c73ef04801b6d477850afa2977825da04d3',
  'train-labels-idx1-ubyte': '9307d156f53e148ae0e4ca575a2c9a9bc3f3a06e0b57d4e55f5c0737d578e0c7',
} as const;

/** Of a file, unpacked: 60,000 images and its header. */
const MOST_BYTES = 16 + 60_000 * SIDE * SIDE;

type FileName = keyof typeof FULL;

interface FashionMnistOptions {
  readonly split: Manifest['split'];
  /**
   * `embedded`: 1,000 training images a class, part of this package. `full`: all 6,000 a class, or an error.
   * `any`: the full set where it is present. The test set is the same 10,000 images in these three cases.
   * `sample`: of the embedded training images and of the test images the first 100 a class. Default `any`.
   */
  readonly images?: 'embedded' | 'full' | 'any' | 'sample';
  /** Where the full set lies. Default: the variable SPATIAL_ENSEMBLE_FASHION_MNIST, then Debian's directory. */
  readonly directory?: string;
  readonly env?: Environment;
}

const options = {
  /**
   * `embedded`: the part that this repository holds, the same everywhere; `full`: all 6,000 training images a class;
   * `any`: the full set where it is present; `sample`: a hundred images a class for training and for testing, for runs
   * that are to take seconds.
   */
  images: z.enum(['embedded', 'full', 'any', 'sample']).optional(),
};

/** Fashion-MNIST, a part of which comes with this package. */
export const fashionMnist: DataSet<typeof options> = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  options,
  known({ images }) {
    const shape = { height: SIDE, width: SIDE, channels: 1, classes: CLASSES.length };
    return images === undefined || images === 'any' ? shape : { ...shape, perClass: IMAGES_PER_CLASS[images] };
  },
  load: ({ images = 'any' }, { split, env }) => loadFashionMnist({ split, images, env }),
  status(env) {
    const directory = fullFashionMnistDirectory({ env });
    return {
      title: 'Fashion-MNIST, all 60,000 training images',
      variable: FASHION_MNIST_VARIABLE,
      orElse: 'on Debian and Ubuntu: sudo apt-get install dataset-fashion-mnist',
      ...(directory !== undefined && existsSync(directory) && { directory }),
    };
  },
};

/** The directory of the embedded files. */
export function embeddedDirectory(): string {
  return fileURLToPath(new URL('../../data/fashion-mnist', import.meta.url));
}

/** The directory that was named, or Debian's where it exists. */
export function fullFashionMnistDirectory({
  directory,
  env = process.env,
}: Pick<FashionMnistOptions, 'directory' | 'env'> = {}): string | undefined {
  const named = directory ?? (env[FASHION_MNIST_VARIABLE] || undefined);
  return named ?? (existsSync(DEBIAN_DIRECTORY) ? DEBIAN_DIRECTORY : undefined);
}

/**
 * Fashion-MNIST from four IDX files, each as it is or with `.gz`, verified by hash.
 *
 * @throws Error if the full set is asked for and absent, or a file is missing, damaged, or not the published one
 */
export async function loadFashionMnist({
  split,
  images = 'any',
  directory,
  env = process.env,
}: FashionMnistOptions): Promise<ImageSet> {
  const full = images === 'embedded' || images === 'sample' ? undefined : fullFashionMnistDirectory({ directory, env });
  if (images === 'full' && full === undefined) {
    throw new Error(
      `the full Fashion-MNIST is not here. Put its four files (${Object.keys(FULL).join(', ')}; plain or .gz) into a directory and name it in ${FASHION_MNIST_VARIABLE}, or install Debian's package dataset-fashion-mnist. The data is at https://github.com/zalandoresearch/fashion-mnist`,
    );
  }
  const [from, hashes] = full === undefined ? [embeddedDirectory(), EMBEDDED] : [full, FULL];
  const prefix = split === 'train' ? 'train' : 't10k';
  const all = {
    images: await readVerified(from, `${prefix}-images-idx3-ubyte`, hashes),
    labels: await readVerified(from, `${prefix}-labels-idx1-ubyte`, hashes),
  };
  const shape = { height: SIDE, width: SIDE, channels: 1, classes: CLASSES } as const;
  const own = { name: 'fashion-mnist', split, verified: true, ...shape };
  if (images === 'sample')
    return imageSet({ ...own, title: `Fashion-MNIST (${SAMPLE_PER_CLASS} images a class)`, ...firstOfEach(all) });
  const title =
    full === undefined && split === 'train' ? 'Fashion-MNIST (1,000 training images a class)' : 'Fashion-MNIST';
  return imageSet({ ...own, title, officialOrder: full !== undefined || split === 'test', ...all });
}

interface Labelled {
  /** Pixels of all images, one image after the other. */
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** The first `SAMPLE_PER_CLASS` images of every class, in the order in which they come. `]!`: each label is a class's. */
function firstOfEach({ images, labels }: Labelled): Labelled {
  const left = CLASSES.map(() => SAMPLE_PER_CLASS);
  const chosen = [...labels.keys()].filter((i) => left[labels[i]!]!-- > 0);
  const sample = new Uint8Array(chosen.length * SIDE * SIDE);
  chosen.forEach((i, place) => {
    sample.set(images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), place * SIDE * SIDE);
  });
  return { images: sample, labels: Uint8Array.from(chosen, (i) => labels[i]!) };
}

async function readVerified(
  directory: string,
  name: FileName,
  hashes: { readonly [name in FileName]: string },
): Promise<Uint8Array> {
  const bytes = await readPlainOrPacked(directory, name);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== hashes[name]) {
    throw new Error(
      `${join(directory, name)} is not the published file: its SHA-256, unpacked, is ${sha256}, not ${hashes[name]}. It may be damaged, or another data set with the same file names`,
    );
  }
  return parseIdx(bytes, join(directory, name)).data;
}

async function readPlainOrPacked(directory: string, name: FileName): Promise<Uint8Array> {
  if (!existsSync(directory))
    throw new Error(`there is no directory ${directory}, where Fashion-MNIST was to be found`);
  const path = join(directory, name);
  if (existsSync(path)) return readBounded(path, MOST_BYTES);
  const packed = `${path}.gz`;
  if (!existsSync(packed))
    throw new Error(
      `Fashion-MNIST in ${directory} is incomplete: neither ${name} nor ${name}.gz is there. It needs ${Object.keys(FULL).join(', ')}`,
    );
  try {
    return await promisify(gunzip)(await readBounded(packed, MOST_BYTES), { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw new Error(`${packed} cannot be unpacked (${(error as Error).message}); fetch it again`, { cause: error });
  }
}

/**
 * The rule of the embedded subset: the indices into the full training set, ascending. Of every class the first
 * `EMBEDDED_PER_CLASS` in a keyed order. `]!`: a permutation holds places that there are.
 */
export function embeddedIndices(labels: ArrayLike<number>): Int32Array {
  const chosen: number[] = [];
  for (let label = 0; label < CLASSES.length; label++) {
    const ofClass: number[] = [];
    for (let i = 0; i < labels.length; i++) if (labels[i] === label) ofClass.push(i);
    const order = permutation(key('fashion-mnist').fold('embedded').fold(label), ofClass.length);
    for (const place of order.subarray(0, EMBEDDED_PER_CLASS)) chosen.push(ofClass[place]!);
  }
  return Int32Array.from(chosen).sort();
}
