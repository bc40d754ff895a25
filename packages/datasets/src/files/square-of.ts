import { applyTransforms, drawTransforms, type AugmentSpec } from '@spatial-ensemble/augment';
import { draws, key } from '@spatial-ensemble/random';
import type { Decoded } from './decoded.ts';

/**
 * The square in the middle of an image, its side `size` pixels: torchvision's `Resize(size)` of the shorter side, with
 * antialiasing, and `CenterCrop(size)`, byte for byte.
 */
export function squareOf({ data, shape }: Decoded, size: number): Decoded {
  const steps: AugmentSpec = [
    { op: 'resize', size, interpolation: 'bilinear' },
    { op: 'center-crop', size },
  ];
  // Neither of the two draws anything.
  const transforms = drawTransforms(steps, shape, draws(key(0)));
  return {
    data: applyTransforms(data, shape, transforms),
    shape: { height: size, width: size, channels: shape.channels },
  };
}
