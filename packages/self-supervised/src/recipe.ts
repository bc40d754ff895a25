import { topOne, type Epoch, type KnownData, type Problem, type Score } from '@spatial-ensemble/record';
import { teacherMoves, type TeacherSpec } from '@spatial-ensemble/teacher';
import { channelsFit, classesFit, imagesSuffice } from '@spatial-ensemble/training';
import type { SelfSupervisedSpec } from './spec.ts';

const STEPS = 4;

/** What cannot be in a run on these images, whatever the method. */
export function problems(
  { batch, network, probe, teacher }: SelfSupervisedSpec & { readonly teacher: TeacherSpec },
  data: KnownData,
): Problem[] {
  return [
    ...classesFit('probe.classes', probe.classes, data),
    ...channelsFit('network.channels', network.channels, data),
    ...teacherMoves(teacher),
    ...imagesSuffice('batch', batch, 'a batch', 'unlabelled', data),
  ];
}

/** The images that an epoch of a spec has. */
export function epoch({ images }: Pick<SelfSupervisedSpec, 'images'>): Epoch {
  return { key: 'images', images, stream: 'unlabelled' };
}

/** What is counted on the test images: how often the probe is right. */
export function scores(): readonly Score[] {
  return topOne('probe', 'probe accuracy');
}

/** A run of seconds on the embedded grey images: a few steps on tiny batches, of a network that is tiny already. */
export function tiny<Spec extends SelfSupervisedSpec>(spec: Spec): Spec {
  return {
    ...spec,
    steps: STEPS,
    images: 64,
    epochs: 1,
    batch: 8,
    network: { ...spec.network, channels: 1, mean: [0.5], deviation: [0.25] },
    views: { ...spec.views, size: 28, evaluationResize: null },
    probe: { ...spec.probe, classes: 10 },
  };
}

/** The same head for such a run. */
export function tinyHead<Head extends { readonly hidden: number; readonly outputs: number }>(head: Head): Head {
  return { ...head, hidden: 16, outputs: 8 };
}
