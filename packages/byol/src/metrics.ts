import { PROBE_METRICS } from '@spatial-ensemble/evaluation';
import type { MetricDeclarations } from '@spatial-ensemble/record';
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
  spread: {
    title: 'spread of projections',
    meaning: 'their standard deviation at length 1, the mean over the dimensions; near 0 is collapse',
    unit: '',
    whose: 'student',
    summed: 'mean',
  },
  ...PROBE_METRICS,
  ...TEACHER_METRICS,
} as const satisfies MetricDeclarations;
