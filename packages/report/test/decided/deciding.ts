import type { Factor, FailureRate, StoredResult, StudyInput } from '@spatial-ensemble/record';

import { ON_AVX2 } from '../../../record/test/arithmetic.ts';
import type { StudyResults } from '../../src/decided/index-lines.ts';
import { asked, plan, runSpec, stored } from '../synthetic.ts';
import { claim, claiming, PILOT, runsOf } from '../claims/claiming.ts';

const [TMA, NONE] = [PILOT['tma']!, PILOT['none']!];

/** Runs of eight seeds; those of SE were made on another machine. */
const RESULTS: readonly StoredResult[] = [
  ...runsOf({
    ...PILOT,
    sts: TMA.map((value, i) => value + 2 + i / 10),
    // Above TMA on one seed.
    supervised: TMA.map((value, i) => (i === 0 ? value + 0.1 : Math.min(value, NONE[i]!) - 1)),
  }),
  ...TMA.map((_, i) => stored(runSpec('se', i + 1, 'small', { arithmetic: ON_AVX2 }))),
];

const FACTOR: Factor = {
  title: 'preserve | probability',
  series: [
    { title: 'at the same momentum', levels: [{ arm: 'tma', level: 0 }, { arm: 'none', level: 0.3 }, { arm: 'sts', level: 0.5 }] }, // prettier-ignore
    { title: 'at the same effective momentum', levels: [{ arm: 'tma-effective', level: 0 }, { arm: 'tma', level: 0.5 }] }, // prettier-ignore
  ],
  seeds: 8,
  stopping: 'after eight splits',
};
const RATE: FailureRate = {
  hypothesis: 'TMA fails more often than STS',
  reference: 'supervised',
  arm: 'tma',
  over: 'sts',
  seeds: 8,
  stopping: 'after eight splits',
};

/** A study with its claims behind a gate, a failure rate, and a claim that nothing stands behind. */
export function claims(results = RESULTS): StudyResults {
  const all = {
    better: claim({ hypothesis: 'STS beats <TMA> by 100 % & more' }),
    unpaired: claim({ hypothesis: 'SE is better', compare: { arm: 'se', over: 'tma' }, family: 'secondary' }),
    helped: claim({ compare: { arm: 'tma', over: 'supervised' }, family: 'secondary', gates: [] }),
  };
  return { plan: asked(claiming(8, all, { paper: [], failures: { rate: RATE } }), results), results };
}

/** An ablation in the same setting, which stands on the other study's gate. */
export function ablation(changes: Partial<StudyInput> = {}, results = RESULTS): StudyResults {
  const { standsOn, ...others }: Partial<StudyInput> = {
    name: 'ablation',
    title: 'An ablation',
    paper: [],
    factors: { preserve: FACTOR },
    standsOn: [{ study: 'synthetic', gate: 'smoothing' }],
    ...changes,
  };
  const study = { ...others, ...(standsOn && { standsOn }) };
  return { plan: asked(plan(study, [1, 2, 3, 4, 5, 6, 7, 8]), results), results };
}
