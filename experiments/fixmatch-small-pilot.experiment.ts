/**
 * The pilot of fixmatch-small: which momentum, and is it of use at all?
 *
 * Paper: none of its cells.
 * Expected: nothing is claimed here. It chooses the momentum m* of fixmatch-small, and that at
 * which STS is at its own best, by as many tries, and gives the time of a run and the
 * spread of paired differences, from which the number of seeds follows. Its seeds are never used again, and neither are
 * 101 to 108, which an earlier pilot without warm-up had.
 * Cost: about 2 minutes a run on 2 CPU cores.
 * Command: npx nx run experiments:fixmatch-small-pilot
 */
import { fashionMnist } from '@spatial-ensemble/datasets';
import { fixmatch } from '@spatial-ensemble/fixmatch';
import { defineExperiment } from '@spatial-ensemble/study';
import { ON_CLOTHES } from './settings/fixmatch-small.ts';
import { NONE, sts, tma } from './settings/fixmatch-teachers.ts';

export default defineExperiment(
  fixmatch,
  {
    name: 'fixmatch-small-pilot',
    title: 'Pilot: the momentum of a labelling teacher on photographs of clothes',
    description:
      'FixMatch with 40 labels, by none, by moving averages of three momenta, and by STS of the same three effective momenta (0.97 is that of STS at m = 0.94).',
    paper: [],
    cost: { cpuMinutes: 2, hardware: '2 CPU cores', basis: 'that of quickstart, at 700 steps' },
    ...ON_CLOTHES,
    arms: {
      none: { title: 'none: the student teaches itself', role: 'reference', patch: { spec: NONE } },
      'tma-90': { title: 'TMA at 0.9', patch: { spec: { teacher: tma(0.9) } } },
      'tma-94': { title: 'TMA at 0.94', patch: { spec: { teacher: tma(0.94) } } },
      'tma-97': { title: 'TMA at 0.97', patch: { spec: { teacher: tma(0.97) } } },
      // STS of the same effective momenta: as many tries for its own best as a moving average has.
      'sts-80': { title: 'STS at 0.8', patch: { spec: { teacher: sts(0.8) } } },
      'sts-88': { title: 'STS at 0.88', patch: { spec: { teacher: sts(0.88) } } },
      'sts-94': { title: 'STS at 0.94', patch: { spec: { teacher: sts(0.94) } } },
    },
    seeds: [201, 202, 203, 204, 205],
    tiers: { small: {} },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
  },
  { dataSets: [fashionMnist] },
);
