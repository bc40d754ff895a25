import { PROBE_METRICS } from '@spatial-ensemble/evaluation';
import type { MetricDeclarations } from '@spatial-ensemble/record';
import { PROJECTION_METRICS } from '@spatial-ensemble/self-supervised';
import { TEACHER_METRICS } from '@spatial-ensemble/teacher';

/** What a step of BYOL shows. */
export const METRICS = {
  loss: {
    title: 'loss',
    meaning: 'squared distance of prediction and target at length 1, of both views',
    unit: '',
    whose: 'student',
    summed: 'mean',
  },
  ...PROJECTION_METRICS,
  ...PROBE_METRICS,
  ...TEACHER_METRICS,
} as const satisfies MetricDeclarations;
