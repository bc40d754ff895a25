import { hash, type Plan } from '@spatial-ensemble/record';
import { planOf, resolveRuns } from '@spatial-ensemble/study';
import { describe, expect, test } from 'vitest';
import { EXPERIMENT, resolved } from './declared.ts';

const HISTORY = { declared: { hash: hash(null), after: [] }, before: undefined };
const after = (before: Plan) => ({ ...HISTORY, before });

describe('plans', () => {
  const keys = (plan: Plan): string[] =>
    plan.runs.map(({ tier, variant, arm, seed }) => [tier, variant, arm, seed].join(' '));

  test('a part that was run alone stands among what is declared beside it', () => {
    const plan = planOf(EXPERIMENT, resolved({ arms: ['fast'], seeds: [2, 3], overrides: ['steps=7'] }), HISTORY);
    expect(keys(plan)).toEqual([
      'paper few slow 1',
      'paper few slow 2',
      'paper few fast 1',
      'paper few fast 2',
      'paper few fast 3',
    ]);
    expect(plan.runs.map(({ steps }) => steps)).toEqual([100, 100, 100, 7, 7]);
  });

  test('other tiers and variants stay, unless the study was changed', () => {
    const first = planOf(EXPERIMENT, resolved({ tier: 'small' }), HISTORY);
    const second = planOf(EXPERIMENT, resolved({ tier: 'smoke' }), after(first));
    expect(keys(second)).toEqual(['smoke few slow 1', 'smoke few fast 1', 'small few slow 5', 'small few fast 5']);
    expect(keys(planOf(EXPERIMENT, resolved({ tier: 'small' }), after(second)))).toEqual([
      'small few slow 5',
      'small few fast 5',
      'smoke few slow 1',
      'smoke few fast 1',
    ]);
    const other = { ...EXPERIMENT, study: { ...EXPERIMENT.study, title: 'Another' } };
    expect(keys(planOf(other, resolveRuns(other, { tier: 'smoke' }), after(first)))).toEqual([
      'smoke few slow 1',
      'smoke few fast 1',
    ]);
  });
});
