import type { AugmentSpec } from '@spatial-ensemble/augment';
import { evaluationView, viewOf } from '@spatial-ensemble/self-supervised';
import type { StreamViews } from '@spatial-ensemble/training';
import type { MocoOwn } from './spec.ts';

const TORCHVISION = { style: 'torchvision', interpolation: 'bilinear', solarize: 0 } as const;

/** Two views of every image, drawn alike (MC main_moco.py, `--aug-plus`). */
export function streams({ batch, views }: MocoOwn): { readonly unlabelled: StreamViews } {
  const view = viewOf({ ...views, ...TORCHVISION }, ['crop', 'jitter', 'grayscale', 'blur', 'flip']);
  return { unlabelled: { batch, views: { one: view, two: view } } };
}

/** How images are prepared for an evaluation (MC main_lincls.py). */
export function preparedFor({ views }: MocoOwn): AugmentSpec {
  return evaluationView({ ...views, ...TORCHVISION });
}
