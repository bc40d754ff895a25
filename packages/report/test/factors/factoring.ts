import type { Factor, Plan } from '@spatial-ensemble/record';

import { asked, plan } from '../synthetic.ts';
import { runsOf } from '../claims/claiming.ts';

/** Accuracies of five arms over six seeds, which the fixture of statsmodels does not have. */
export const ACCURACIES: Readonly<Record<string, readonly number[]>> = {
  tma: [61.25, 65.17, 64.13, 67.63, 61.11, 67.38],
  'tma-effective': [61.52, 65.11, 62.11, 67.74, 60.69, 67.08],
  se: [63.9, 67.2, 66.4, 70.1, 63.2, 69.3],
  sts: [61.72, 65.74, 63.56, 68.42, 60.85, 67.6],
  none: [61.92, 64.31, 61.31, 67.04, 60.54, 64.51],
};

/** Two series that share their last arm. */
const PRESERVE: Factor = {
  title: 'preserve probability',
  series: [
    {
      title: 'at the same momentum',
      levels: [
        { arm: 'tma', level: 0 },
        { arm: 'sts', level: 0.5 },
        { arm: 'se', level: 0.9 },
      ],
    },
    {
      title: 'at the same effective momentum',
      levels: [
        { arm: 'tma-effective', level: 0 },
        { arm: 'none', level: 0.25 },
        { arm: 'se', level: 0.9 },
      ],
    },
  ],
  seeds: 6,
  stopping: 'after six splits',
};

/** A study that has the factor `preserve`, and its runs. */
export function factored(changes: Partial<Factor> = {}, accuracies = ACCURACIES) {
  const seeds = [1, 2, 3, 4, 5, 6];
  const results = runsOf(accuracies);
  const study: Plan = plan({ factors: { preserve: { ...PRESERVE, ...changes } } }, seeds);
  return { plan: asked(study, results), results };
}
