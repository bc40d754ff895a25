import { existsSync } from 'node:fs';
import { checkSource } from './check-source.ts';
import type { ImageSource } from '../image-source.ts';
import type { Manifest } from '../image-set.ts';
import { cifarDirectory, loadCifar } from './cifar/cifar.ts';
import { CIFAR } from './cifar/sets.ts';
import type { Environment } from './environment.ts';
import { FASHION_MNIST_VARIABLE, fullFashionMnistDirectory, loadFashionMnist } from './fashion-mnist.ts';
import { IMAGENET_VARIABLE, imageNetDirectory, loadImageNet } from './imagenet/imagenet.ts';
import type { IndexProgress } from './imagenet/index-folder.ts';

/** A data set by name, as a spec declares it. Where its files lie is the machine's affair, not the spec's. */
export type SourceSpec =
  | {
      readonly name: 'fashion-mnist';
      /** `embedded` is the same everywhere; `any` takes the full set where it is present. Default `any`. */
      readonly images?: 'embedded' | 'full' | 'any';
    }
  | { readonly name: 'cifar10' | 'cifar100' }
  | {
      readonly name: 'imagenet';
      /**
       * The one folder that both training and test images are read from, to check that everything is wired up.
       * Default: `train` for training, `val` for the test.
       */
      readonly folder?: 'train' | 'val';
      /** See `Decoding`. Off by default. */
      readonly shrinkTo?: number;
      /** See `Decoding`. Off by default. */
      readonly orientation?: 'exif';
    };

/**
 * The images that a spec names.
 *
 * @param progress told while a folder of files is looked at for the first time
 * @throws Error that says what to place where, if they are not here or not what they should be
 */
export async function loadImages(
  spec: SourceSpec,
  split: Manifest['split'],
  env: Environment = process.env,
  progress: IndexProgress = () => undefined,
): Promise<ImageSource> {
  checkSource(spec);
  const { name: _, ...options } = spec;
  switch (spec.name) {
    case 'fashion-mnist':
      return loadFashionMnist({ ...options, split, env });
    case 'cifar10':
    case 'cifar100':
      return loadCifar({ name: spec.name, split, env });
    case 'imagenet':
      return loadImageNet({ ...options, split, env, progress });
  }
}

/** Where a data set was found, for `npm run doctor`. Looks at directories only, reads no images. */
export interface SourceStatus {
  readonly title: string;
  /** A directory; absent if nothing names or holds the data set. */
  readonly directory?: string;
  /** The environment variable that names its directory. */
  readonly variable: string;
}

/** The data sets that do not come with this package, and where they are. */
export function sourceStatuses(env: Environment = process.env): readonly SourceStatus[] {
  const status = (title: string, variable: string, directory: string | undefined): SourceStatus => ({
    title,
    variable,
    ...(directory !== undefined && existsSync(directory) && { directory }),
  });
  return [
    status('Fashion-MNIST, all 60,000 training images', FASHION_MNIST_VARIABLE, fullFashionMnistDirectory({ env })),
    ...Object.values(CIFAR).map((set) => status(set.title, set.variable, cifarDirectory(set, { env }))),
    status('ImageNet', IMAGENET_VARIABLE, imageNetDirectory({ env })),
  ];
}
