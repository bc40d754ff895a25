import { hash, type Plan } from '@spatial-ensemble/record';
import { planOf, resolveRuns, type Selection } from '@spatial-ensemble/study';
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

describe('what was run', () => {
  const asked = (selection: Selection, identity: string, before?: Plan, experiment = EXPERIMENT): Plan => {
    const runs = resolveRuns(experiment, selection);
    return planOf(experiment, runs, { ...HISTORY, before }, new Map([[runs[0]!, identity]]));
  };
  const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
  const small: Selection = { tier: 'small', arms: ['slow'] };
  const identities = ({ runs, former = [] }: Plan) =>
    [...runs, ...former].filter((run) => run.identities.length > 0).map((run) => [run.tier, run.seed, run.identities]);

  test('is known of tiers, seeds and settings that are not asked for any more, also when the study has changed', () => {
    const first = asked(small, A);
    const other = { ...EXPERIMENT, study: { ...EXPERIMENT.study, title: 'Another' } };
    const second = asked({ tier: 'smoke', arms: ['slow'] }, B, first, other);
    expect(identities(second)).toEqual([['smoke', 1, [B]], ['small', 5, [A]]]); // prettier-ignore
    expect(second.runs.every(({ tier }) => tier === 'smoke')).toBe(true);
    const third = asked({ ...small, seeds: [9] }, C, second, other);
    expect(identities(third)).toContainEqual(['small', 5, [A]]);
    expect(identities(asked(small, A, third, other))).toContainEqual(['small', 9, [C]]);
  });

  test('with --set stands in a place of its own', () => {
    const plan = asked(small, B, asked({ ...small, overrides: ['steps=7'] }, A));
    expect(plan.runs.flatMap((run) => run.identities)).toEqual([B]);
    expect(plan.former).toMatchObject([{ overrides: ['steps=7'], identities: [A] }]);
  });

  test('last is last, also where it was run before', () => {
    const plan = asked(small, A, asked(small, B, asked(small, A)));
    expect(identities(plan)).toEqual([['small', 5, [B, A]]]);
  });
});
