import type { AugmentSpec, AugmentStep } from '@spatial-ensemble/augment';
import type { StreamViews } from '@spatial-ensemble/training';
import type { ByolSpec } from './spec.ts';

type Views = ByolSpec['views'];

/**
 * Two views of every image. DeepMind's order: crop, flip, jitter, grayscale, blur, solarize
 * (google-deepmind/deepmind-research@f5de0ede byol/utils/augmentations.py). torchvision's, of the official STS code:
 * crop, jitter, blur, grayscale, flip, solarize
 * (tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/data/transforms.py).
 */
export function views({ batch, views: spec }: ByolSpec): { readonly unlabelled: StreamViews } {
  return { unlabelled: { batch, views: { one: view(spec, 0), two: view(spec, 1) } } };
}

function view(spec: Views, which: 0 | 1): AugmentSpec {
  const { style, size, scale, interpolation } = spec;
  const crop: AugmentStep = { op: 'random-resized-crop', size, scale, ratio: [3 / 4, 4 / 3], interpolation, style };
  const flip: AugmentStep[] = spec.flip === 0 ? [] : [{ op: 'flip', p: spec.flip }];
  const jitter: AugmentStep[] = spec.jitter.p === 0 ? [] : [{ op: 'color-jitter', ...spec.jitter, style }];
  const grey: AugmentStep[] = spec.grayscale === 0 ? [] : [{ op: 'grayscale', p: spec.grayscale, style }];
  const p = spec.blur[which];
  const blur: AugmentStep[] = p === 0 ? [] : [{ op: 'gaussian-blur', p, sigma: [0.1, 2], style }];
  const inverted = spec.solarize[which];
  const threshold = style === 'deepmind' ? 127.5 : 128;
  const solarize: AugmentStep[] = inverted === 0 ? [] : [{ op: 'solarize', p: inverted, threshold }];
  return style === 'deepmind'
    ? [crop, ...flip, ...jitter, ...grey, ...blur, ...solarize]
    : [crop, ...jitter, ...blur, ...grey, ...flip, ...solarize];
}

/** How images are prepared for an evaluation: the shorter side resized, and the middle cropped. */
export function evaluationView({ views: { style, size, evaluationResize, interpolation } }: ByolSpec): AugmentSpec {
  if (evaluationResize === null) return [];
  if (style === 'deepmind') return [{ op: 'resized-center-crop', size, share: size / evaluationResize, interpolation }];
  return [
    { op: 'resize', size: evaluationResize, interpolation },
    { op: 'center-crop', size },
  ];
}
