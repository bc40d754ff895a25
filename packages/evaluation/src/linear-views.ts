import type { AugmentSpec } from '@spatial-ensemble/augment';
import type { Augment } from './linear-spec.ts';
import type { Protocol } from './protocol.ts';

/** The augmentation of training images: what a spec asks for, in the protocol's arithmetic. */
export function trainingView(augment: Augment, { crop }: Pick<Protocol, 'crop'>): AugmentSpec {
  if (augment.kind === 'none') return [];
  const flip: AugmentSpec = augment.flip ? [{ op: 'flip', p: 0.5 }] : [];
  if (augment.kind === 'shift') return [...flip, { op: 'shift', max: augment.max, mode: 'reflect' }];
  const { size, scale } = augment;
  return [{ op: 'random-resized-crop', size, scale, ratio: [3 / 4, 4 / 3], ...crop }, ...flip];
}
