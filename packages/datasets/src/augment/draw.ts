import type { Draws } from '@spatial-ensemble/random';
import type { ImageShape } from './canvas.ts';
import { drawCutout } from './cutout.ts';
import { drawRandAugment } from './randaugment.ts';
import type { AugmentSpec } from './spec.ts';
import type { Transform } from './transform.ts';

/**
 * Draws what an augmentation does to one image: everything random about it. The spec must have passed
 * `checkAugment` for this shape.
 */
export function drawTransforms(spec: AugmentSpec, shape: ImageShape, draws: Draws): readonly Transform[] {
  const out: Transform[] = [];
  for (const step of spec) {
    switch (step.op) {
      case 'flip':
        if (draws.boolean(step.p)) out.push({ op: 'flip' });
        break;
      case 'shift': {
        // Row before column, as `tf.random_crop` draws.
        const y = draws.int(2 * step.max + 1) - step.max;
        const x = draws.int(2 * step.max + 1) - step.max;
        out.push({ op: 'shift', x, y });
        break;
      }
      case 'randaugment':
        drawRandAugment(step, shape, draws, out);
        break;
      case 'cutout':
        drawCutout(step, shape, draws, out);
        break;
    }
  }
  return out;
}
