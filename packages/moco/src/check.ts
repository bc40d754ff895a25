import { teacherMoves } from '@spatial-ensemble/teacher';
import type { MocoSpec } from './spec.ts';
import type { KnownData, Problem } from '@spatial-ensemble/record';
import { channelsFit, classesFit, imagesSuffice } from '@spatial-ensemble/training';

/** What cannot be in a run on these images: one that stands in the queue twice would be told apart from itself. */
export function check({ batch, queue, network, probe, teacher }: MocoSpec, data: KnownData): Problem[] {
  return [
    ...classesFit('probe.classes', probe.classes, data),
    ...channelsFit('network.channels', network.channels, data),
    ...teacherMoves(teacher),
    ...imagesSuffice('batch', batch, 'a batch', 'unlabelled', data),
    ...imagesSuffice('queue', queue, 'a queue', 'unlabelled', data),
  ];
}
