import type { MetricDeclarations } from '@spatial-ensemble/record';
import { TEACHER_METRICS } from '@spatial-ensemble/teacher';

const CROSS_ENTROPY = { unit: 'nats', whose: 'student', summed: 'mean' } as const;
// Of the labeller, which the spec names: the teacher or the student.
const LABELS = { unit: '%', whose: 'none' } as const;

/** What a step of FixMatch shows. */
export const METRICS = {
  loss: { title: 'loss', ...CROSS_ENTROPY },
  supervisedLoss: { title: 'supervised loss', meaning: 'cross entropy of labelled images', ...CROSS_ENTROPY },
  unsupervisedLoss: {
    title: 'unsupervised loss',
    meaning: 'cross entropy of strong views with their pseudo-labels, over all unlabelled images',
    ...CROSS_ENTROPY,
  },
  ...TEACHER_METRICS,
  acceptedAccuracy: {
    title: 'pseudo-labels right',
    meaning: 'of those above the threshold',
    ...LABELS,
    summed: 'share',
    evidence: 'last-tenth',
  },
  maskRate: {
    title: 'above threshold',
    meaning: 'unlabelled images whose pseudo-label is probable enough to learn from',
    ...LABELS,
    summed: 'mean',
    evidence: 'last-tenth',
  },
  pseudoLabelAccuracy: {
    title: 'labeller right',
    meaning: 'pseudo-labels of all unlabelled images, above the threshold or not',
    ...LABELS,
    summed: 'mean',
  },
} as const satisfies MetricDeclarations;
