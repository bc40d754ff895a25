import type { MetricDeclarations } from '@spatial-ensemble/record';

/** What tells a collapse: `spread` of `@spatial-ensemble/nn`, over the student's projections. */
export const PROJECTION_METRICS = {
  spread: {
    title: 'spread of projections',
    meaning: 'their standard deviation at length 1, the mean over the dimensions; near 0 is collapse',
    unit: '',
    whose: 'student',
    summed: 'mean',
  },
} as const satisfies MetricDeclarations;
