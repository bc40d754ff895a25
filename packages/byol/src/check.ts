import { teacherMoves } from '@spatial-ensemble/teacher';
import type { ByolSpec } from './spec.ts';
import type { KnownData, Problem } from '@spatial-ensemble/record';
import { channelsFit, classesFit, imagesSuffice } from '@spatial-ensemble/training';

/** What cannot be in a run on these images. */
export function check({ batch, network, probe, teacher }: ByolSpec, data: KnownData): Problem[] {
  return [
    ...classesFit('probe.classes', probe.classes, data),
    ...channelsFit('network.channels', network.channels, data),
    ...teacherMoves(teacher),
    ...imagesSuffice('batch', batch, 'a batch', 'unlabelled', data),
  ];
}
