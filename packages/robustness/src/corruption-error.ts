import type { BaselineName, CorruptionName } from './corruptions/names.ts';

/**
 * Errors of AlexNet on ImageNet-C in %, means over the five severities (hendrycks/robustness ImageNet-C/README.md; as
 * google-research/augmix imagenet.py has them). The four that were kept for validation have none.
 */
const ALEXNET: { readonly [name in CorruptionName]?: number } = {
  'gaussian-noise': 88.6428,
  'shot-noise': 89.4468,
  'impulse-noise': 92.264,
  'defocus-blur': 81.988,
  'glass-blur': 82.6268,
  'motion-blur': 78.5948,
  'zoom-blur': 79.836,
  snow: 86.6816,
  fog: 81.9324,
  brightness: 56.4592,
  contrast: 85.3204,
  'elastic-transform': 64.6056,
  pixelate: 71.784,
  'jpeg-compression': 60.65,
};

/** Those that the mean corruption error is not of. */
const VALIDATION: readonly string[] = ['speckle-noise', 'gaussian-blur', 'spatter', 'saturate'];

/** Those that it is of. */
export function counted<Name extends string>(kinds: readonly Name[]): Name[] {
  return kinds.filter((kind) => !VALIDATION.includes(kind));
}

/** The error of one corruption, a mean over severities, in %. */
export interface CorruptionErrors {
  readonly [name: string]: number;
}

/**
 * The mean corruption error in % (Hendrycks & Dietterich 2019, section 4.2): each corruption's error over severities,
 * divided by the baseline's where there is one, and the mean of those. Of the corruptions that are no validation ones.
 *
 * DEVIATION (none): fourteen corruptions, without frost, whose photographs may not be passed on; the published mean is of fifteen.
 *
 * @throws Error where there is no corruption to take the mean of
 */
export function meanCorruptionError(errors: CorruptionErrors, baseline: BaselineName): number {
  const names = counted(Object.keys(errors));
  if (names.length === 0) throw new Error(`no mean corruption error: ${VALIDATION.join(', ')} do not enter it`);
  const relative = names.map((name) => {
    // `!`: it is one of theirs.
    const error = errors[name]!;
    if (baseline === 'none') return error;
    const against = ALEXNET[name as CorruptionName];
    if (against === undefined) throw new Error(`AlexNet's error by ${name} is not known`);
    return (100 * error) / against;
  });
  return relative.reduce((sum, one) => sum + one, 0) / relative.length;
}
