import type { Archive } from '../archive.ts';

/** One of the three files, and its images. */
interface SvhnFile {
  readonly archive: Archive;
  readonly images: number;
}

/** Netzer et al. (2011): house numbers, cropped to 32 x 32 pixels ("format 2"). */
export type SvhnSet = { readonly [part in 'train' | 'test' | 'extra']: SvhnFile };

const file = (name: string, md5: string, images: number): SvhnFile => ({
  archive: { file: name, url: `http://ufldl.stanford.edu/housenumbers/${name}`, md5 },
  images,
});

/** Checksums are torchvision's (torchvision/datasets/svhn.py). */
export const SVHN: SvhnSet = {
  train: file('train_32x32.mat', 'e26dedcc434d2e4c54c9b2d4a06d8373', 73_257),
  test: file('test_32x32.mat', 'eb5a983be6a315427106f1b164d9cef3', 26_032),
  extra: file('extra_32x32.mat', 'a93ce644f1a588dc4d68dda5feec44a7', 531_131),
};

export const SIDE = 32;
/** The digits; a label of 10 stands for 0. */
export const CLASSES = '0123456789'.split('');
/** `extra` has 1.33 GB. */
export const MOST_BYTES = 2e9;
