import { PROBE_METRICS } from '@spatial-ensemble/evaluation';
import type { MetricDeclarations } from '@spatial-ensemble/record';
import { PROJECTION_METRICS } from '@spatial-ensemble/self-supervised';
import { TEACHER_METRICS } from '@spatial-ensemble/teacher';

/** What a step of MoCo shows. */
export const METRICS = {
  loss: {
    title: 'loss',
    meaning: 'cross entropy of a query’s own key among all keys',
    unit: 'nats',
    whose: 'student',
    summed: 'mean',
  },
  contrastAccuracy: {
    title: 'keys found',
    meaning: 'queries whose own key is the nearest of all',
    unit: '%',
    whose: 'student',
    summed: 'mean',
  },
  ...PROJECTION_METRICS,
  ...PROBE_METRICS,
  ...TEACHER_METRICS,
} as const satisfies MetricDeclarations;
