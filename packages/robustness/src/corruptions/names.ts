/** The corruptions of ImageNet-C and CIFAR-10-C, in their order, without frost: fourteen of fifteen, and the four that were kept for validation. */
export const CORRUPTIONS = [
  'gaussian-noise',
  'shot-noise',
  'impulse-noise',
  'defocus-blur',
  'glass-blur',
  'motion-blur',
  'zoom-blur',
  'snow',
  'fog',
  'brightness',
  'contrast',
  'elastic-transform',
  'pixelate',
  'jpeg-compression',
  'speckle-noise',
  'gaussian-blur',
  'spatter',
  'saturate',
] as const;
export type CorruptionName = (typeof CORRUPTIONS)[number];

/** Whose strengths of corruptions. */
export const STYLES = ['cifar', 'imagenet'] as const;
export type Style = (typeof STYLES)[number];

/** What errors are held against. */
export const BASELINES = ['none', 'alexnet'] as const;
export type BaselineName = (typeof BASELINES)[number];
