import type { AugmentSpec } from '@spatial-ensemble/augment';
import type { Problem } from '@spatial-ensemble/record';
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

/** That shifted images are of the size that the encoder is looked at by: none is resized or cropped on the way to it. */
export function shiftProblems({ kind }: Pick<Augment, 'kind'>, view: AugmentSpec): Problem[] {
  return kind === 'shift' && view.length > 0
    ? [{ key: 'augment.kind', says: `is 'shift', which leaves images at their own size, and the encoder is tested on those that are resized or cropped (${view.map(({ op }) => op).join(', ')}): take 'random-resized-crop' of that size, or 'none'` }] // prettier-ignore
    : [];
}
