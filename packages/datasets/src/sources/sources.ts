import type { ImageSet, Manifest } from '../image-set.ts';
import { CIFAR10_VARIABLE, cifar10Directory, loadCifar10 } from './cifar10.ts';
import type { Environment } from './environment.ts';
import { FASHION_MNIST_VARIABLE, fullFashionMnistDirectory, loadFashionMnist } from './fashion-mnist.ts';

/** A data set by name, as a spec declares it. Where its files lie is the machine's affair, not the spec's. */
export type SourceSpec =
  | {
      readonly name: 'fashion-mnist';
      /** `embedded` is the same everywhere; `any` takes the full set where it is present. Default `any`. */
      readonly images?: 'embedded' | 'full' | 'any';
    }
  | { readonly name: 'cifar10' };

/**
 * The images that a spec names.
 *
 * @throws Error that says what to place where, if they are not here or not what they should be
 */
export async function loadImages(
  spec: SourceSpec,
  split: Manifest['split'],
  env: Environment = process.env,
): Promise<ImageSet> {
  switch (spec.name) {
    case 'fashion-mnist':
      return loadFashionMnist({ split, env, ...(spec.images && { images: spec.images }) });
    case 'cifar10':
      return loadCifar10({ split, env });
  }
  const { name } = spec as { readonly name: unknown };
  throw new Error(`there is no data set ${JSON.stringify(name)}; there are fashion-mnist, cifar10`);
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
    ...(directory !== undefined && { directory }),
  });
  return [
    status('Fashion-MNIST, all 60,000 training images', FASHION_MNIST_VARIABLE, fullFashionMnistDirectory({ env })),
    status('CIFAR-10', CIFAR10_VARIABLE, cifar10Directory({ env })),
  ];
}
