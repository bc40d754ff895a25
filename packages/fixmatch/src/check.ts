import { teacherMoves } from '@spatial-ensemble/teacher';
import type { FixMatchOwn } from './spec.ts';
import type { KnownData, Problem } from '@spatial-ensemble/record';
import { channelsFit, classesFit, imagesSuffice } from '@spatial-ensemble/training';

/**
 * What cannot be in a run on these images. Labelled images may be fewer than a batch of them has: with 40 labels the
 * paper draws 64 a step.
 */
export function check({ batch, network, pseudoLabels, teacher, augment }: FixMatchOwn, data: KnownData): Problem[] {
  const unlabelled = batch.labelled * batch.unlabelledRatio;
  const side = Math.min(data.height ?? Infinity, data.width ?? Infinity);
  return [
    ...classesFit('network.classes', network.classes, data),
    ...channelsFit('network.channels', network.channels, data),
    ...teacherMoves(teacher),
    ...(pseudoLabels.from === 'none'
      ? []
      : imagesSuffice('batch.unlabelledRatio', unlabelled, 'a batch', 'unlabelled', data)),
    ...(typeof augment.cutout === 'number' && augment.cutout > side
      ? [{ key: 'augment.cutout', says: `a square of ${augment.cutout} pixels is larger than the image, ${side}` }]
      : []),
  ];
}
