import type { AugmentSpec, AugmentStep } from '@spatial-ensemble/augment';
import type { StreamViews } from '@spatial-ensemble/training';
import type { MocoSpec } from './spec.ts';

/** Two views of every image, drawn alike: crop, jitter, grayscale, blur, flip (MC main_moco.py, `--aug-plus`). */
export function views({ batch, views: spec }: MocoSpec): { readonly unlabelled: StreamViews } {
  const style = 'torchvision';
  const steps: readonly (readonly [number, AugmentStep])[] = [
    [spec.jitter.p, { op: 'color-jitter', ...spec.jitter, style }],
    [spec.grayscale, { op: 'grayscale', p: spec.grayscale, style }],
    [spec.blur, { op: 'gaussian-blur', p: spec.blur, sigma: [0.1, 2], style }],
    [spec.flip, { op: 'flip', p: spec.flip }],
  ];
  const view: AugmentSpec = [
    {
      op: 'random-resized-crop',
      size: spec.size,
      scale: spec.scale,
      ratio: [3 / 4, 4 / 3],
      interpolation: 'bilinear',
      style,
    },
    ...steps.filter(([p]) => p > 0).map(([, step]) => step),
  ];
  return { unlabelled: { batch, views: { one: view, two: view } } };
}

/** How images are prepared for an evaluation: the shorter side resized, and the middle cropped (MC main_lincls.py). */
export function evaluationView({ views: { size, evaluationResize } }: MocoSpec): AugmentSpec {
  if (evaluationResize === null) return [];
  return [
    { op: 'resize', size: evaluationResize, interpolation: 'bilinear' },
    { op: 'center-crop', size },
  ];
}
