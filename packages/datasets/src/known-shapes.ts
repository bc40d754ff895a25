import type { SourceShape } from '@spatial-ensemble/augment';
import type { DataSpec } from './data-spec.ts';

/** What is known of a source's images without having them. */
export const KNOWN_SHAPES: { readonly [source in DataSpec['source']]: SourceShape } = {
  'fashion-mnist': { height: 28, width: 28, channels: 1 },
  cifar10: { height: 32, width: 32, channels: 3 },
  cifar100: { height: 32, width: 32, channels: 3 },
  // Photographs of any size: a view gives them one.
  imagenet: { channels: 3 },
};
