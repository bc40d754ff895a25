import type { Archive } from '../archive.ts';

/** Coates, Lee and Ng (2011): 96 x 96 pixels of ImageNet, in their binary version. */
export interface Stl10Set {
  /** Images in each of its files. */
  readonly counts: { readonly train: number; readonly test: number; readonly unlabeled: number };
  /** Published sets of labelled training images, and how many each has. */
  readonly folds: { readonly count: number; readonly images: number };
  readonly archive: Archive;
}

/** https://cs.stanford.edu/~acoates/stl10; the checksum is torchvision's (torchvision/datasets/stl10.py, `tgz_md5`). */
export const STL_10: Stl10Set = {
  counts: { train: 5000, test: 8000, unlabeled: 100_000 },
  folds: { count: 10, images: 1000 },
  archive: {
    file: 'stl10_binary.tar.gz',
    url: 'http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz',
    md5: '91f7769df0f17e558f3565bffb0c7dfb',
  },
};

/** By label; the archive's own list (`class_names.txt`), whose labels count from 1. */
export const CLASSES = 'airplane bird car cat deer dog horse monkey ship truck'.split(' ');
export const SIDE = 96;
/** The archive has 2.64 GB. */
export const MOST_BYTES = 4e9;
