import type { AugmentSpec } from '@spatial-ensemble/augment';
import { viewOf, type Operation, type Style } from '@spatial-ensemble/self-supervised';
import type { StreamViews } from '@spatial-ensemble/training';
import type { ByolOwn } from './spec.ts';

/**
 * DeepMind's order (google-deepmind/deepmind-research@f5de0ede byol/utils/augmentations.py), and torchvision's, of the
 * official STS code (tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/data/transforms.py).
 */
const ORDER: { readonly [style in Style]: readonly Operation[] } = {
  deepmind: ['crop', 'flip', 'jitter', 'grayscale', 'blur', 'solarize'],
  torchvision: ['crop', 'jitter', 'blur', 'grayscale', 'flip', 'solarize'],
};

/** Two views of every image. */
export function streams({ batch, views }: ByolOwn): { readonly unlabelled: StreamViews } {
  const view = (which: 0 | 1): AugmentSpec => {
    const spec = { ...views, blur: views.blur[which], solarize: views.solarize[which] };
    return viewOf(spec, ORDER[views.style]);
  };
  return { unlabelled: { batch, views: { one: view(0), two: view(1) } } };
}
