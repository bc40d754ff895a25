import type { AugmentSpec } from '@spatial-ensemble/augment';
import type { StreamViews } from '@spatial-ensemble/training';
import type { FixMatchOwn } from './spec.ts';

/** Flip and shift (google-research/fixmatch@d4985a15 libml/augment.py). */
function weak({ flip, shift }: FixMatchOwn['augment']): AugmentSpec {
  const flips: AugmentSpec = flip ? [{ op: 'flip', p: 0.5 }] : [];
  return [...flips, { op: 'shift', max: shift, mode: 'reflect' }];
}

/** The weak augmentation, then RandAugment, then Cutout (the same file). */
function strong(augment: FixMatchOwn['augment']): AugmentSpec {
  return [
    ...weak(augment),
    { op: 'randaugment', variant: augment.randAugment },
    typeof augment.cutout === 'number'
      ? { op: 'cutout', size: augment.cutout }
      : { op: 'cutout', fraction: augment.cutout },
  ];
}

/**
 * The streams that a spec needs: images a step, and the views of each. Two views of an image are drawn independently.
 * A supervised run has no unlabelled stream.
 */
export function streams({ batch, pseudoLabels, augment }: FixMatchOwn): { readonly [stream: string]: StreamViews } {
  const labelled = { batch: batch.labelled, order: batch.labelledOrder, views: { weak: weak(augment) } };
  if (pseudoLabels.from === 'none') return { labelled };
  const unlabelled = {
    batch: batch.labelled * batch.unlabelledRatio,
    views: { weak: weak(augment), strong: strong(augment) },
  };
  return { labelled, unlabelled };
}
