import type { Manifest } from '../../manifest.ts';
import type { Archive } from '../archive.ts';

/** One of Krizhevsky's (2009) data sets in its binary version: records of labels and three planes of 32 x 32 bytes. */
export interface CifarSet {
  readonly name: 'cifar10' | 'cifar100';
  readonly title: 'CIFAR-10' | 'CIFAR-100';
  /** The environment variable that names the directory. */
  readonly variable: string;
  /** The folder that the archive's files are in. */
  readonly folder: string;
  readonly files: { readonly [split in Manifest['split']]: readonly string[] };
  readonly recordsAFile: { readonly [split in Manifest['split']]: number };
  /** Bytes before the pixels; the last one is the label. */
  readonly labelBytes: number;
  readonly classes: readonly string[];
  readonly archive: Archive;
  /** The same images as pickles of Python: in the order of the binary files, by their publisher's word. */
  readonly python: {
    readonly files: CifarSet['files'];
    /** What the labels are called in them. */
    readonly labels: string;
    readonly archive: Archive;
  };
}

/** Checksums as published on https://www.cs.toronto.edu/~kriz/cifar.html. */
export const CIFAR_10: CifarSet = {
  name: 'cifar10',
  title: 'CIFAR-10',
  variable: 'SPATIAL_ENSEMBLE_CIFAR10',
  folder: 'cifar-10-batches-bin',
  files: {
    train: ['data_batch_1.bin', 'data_batch_2.bin', 'data_batch_3.bin', 'data_batch_4.bin', 'data_batch_5.bin'],
    test: ['test_batch.bin'],
  },
  recordsAFile: { train: 10_000, test: 10_000 },
  labelBytes: 1,
  classes: 'airplane automobile bird cat deer dog frog horse ship truck'.split(' '),
  archive: {
    file: 'cifar-10-binary.tar.gz',
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    md5: 'c32a1d4ab5d03f1284b67883e8d87530',
  },
  python: {
    files: {
      train: ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5'],
      test: ['test_batch'],
    },
    labels: 'labels',
    archive: {
      file: 'cifar-10-python.tar.gz',
      url: 'https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz',
      md5: 'c58f30108f718f92721af3b95e74349a',
    },
  },
};

/** The second byte, the fine label, is the class; the first, one of 20 superclasses, is not used. */
export const CIFAR_100: CifarSet = {
  name: 'cifar100',
  title: 'CIFAR-100',
  variable: 'SPATIAL_ENSEMBLE_CIFAR100',
  folder: 'cifar-100-binary',
  files: { train: ['train.bin'], test: ['test.bin'] },
  recordsAFile: { train: 50_000, test: 10_000 },
  labelBytes: 2,
  classes: [
    'apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle',
    'caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant',
    'flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man',
    'maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree',
    'plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail',
    'snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout',
    'tulip turtle wardrobe whale willow_tree wolf woman worm',
  ].flatMap((line) => line.split(' ')),
  archive: {
    file: 'cifar-100-binary.tar.gz',
    url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
    md5: '03b5dce01913d631647c71ecec9e9cb8',
  },
  python: {
    files: { train: ['train'], test: ['test'] },
    labels: 'fine_labels',
    archive: {
      file: 'cifar-100-python.tar.gz',
      url: 'https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz',
      md5: 'eb9058c3a382ffc7106e4002c42a8d85',
    },
  },
};
