import { KNOWN_SHAPES, splitProblems, type DataSpec } from '@spatial-ensemble/datasets';
import type { KnownData, Problem } from '@spatial-ensemble/record';

/** Classes of the published sets, and training images of each; ImageNet may be a part of it, with fewer of both. */
const PUBLISHED: {
  readonly [source in DataSpec['source']]: {
    readonly title: string;
    readonly classes?: number;
    perClass?(spec: DataSpec): number | undefined;
  };
} = {
  'fashion-mnist': {
    title: 'Fashion-MNIST',
    classes: 10,
    perClass: ({ images }) => (images === 'embedded' ? 1000 : images === 'full' ? 6000 : undefined),
  },
  cifar10: { title: 'CIFAR-10', classes: 10, perClass: () => 5000 },
  cifar100: { title: 'CIFAR-100', classes: 100, perClass: () => 500 },
  imagenet: { title: 'ImageNet' },
};

/** What declared images will be, without having them; and what is wrong with the parts that are asked of them. */
export function knownBefore(spec: DataSpec): { readonly data: KnownData; readonly problems: readonly Problem[] } {
  const { title, classes, perClass } = PUBLISHED[spec.source];
  const data = { title, ...KNOWN_SHAPES[spec.source], ...(classes !== undefined && { classes }) };
  const each = perClass?.(spec);
  if (classes === undefined || each === undefined) return { data, problems: [] };
  const problems = splitProblems(spec, classes, each);
  if (problems.length > 0) return { data, problems };
  const { heldOut } = spec;
  const notHeldOut = classes * each - heldOut;
  const labelled = spec.labelled === 'all' ? notHeldOut : spec.labelled;
  const unlabelled = spec.unlabelled === 'all' ? notHeldOut : notHeldOut - labelled;
  return { data: { ...data, parts: { labelled, unlabelled, heldOut, notHeldOut } }, problems };
}
