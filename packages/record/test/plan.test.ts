import { describe, expect, test } from 'vitest';

import { declarationHash, hash, identity, parse, Plan, resultsInPlace, Study } from '../src/index.ts';
import type { PlannedRun, Result, RunSpec, StoredResult } from '../src/index.ts';

const STUDY = parse(
  Study,
  {
    name: 'tiny',
    title: 'Tiny',
    paper: [],
    cost: { hardware: '2 CPU cores', basis: 'guessed' },
    method: 'slope',
    data: { source: 'fashion-mnist' },
    spec: {},
    arms: { slow: { title: 'slow' } },
    seeds: [1],
    tiers: { small: {} },
    headline: { metric: 'accuracy', whose: 'student', rule: 'last' },
  },
  'the study',
);

describe('a plan', () => {
  const plan: Plan = {
    format: 'spatial-ensemble/plan-3',
    study: STUDY,
    declared: { hash: hash(STUDY), after: [] },
    method: { name: 'slope', version: 1 },
    runs: [],
  };

  test('holds the hash of the study as it was declared', () => {
    expect(parse(Plan, plan, 'plan')).toEqual(plan);
    const edited = { ...plan, study: { ...STUDY, title: 'Another question' } };
    expect(() => parse(Plan, edited, 'plan')).toThrow(/declared\.hash: is not the hash of the study beside it/);
  });

  test('holds an evaluation that takes no step, changed by --set', () => {
    const looked = {
      tier: 'small',
      arm: 'slow',
      seed: 1,
      evaluation: 'robustness',
      declaration: hash(1),
      identities: [],
      steps: 0,
      overrides: ['evaluations.robustness.batch=50'],
      declaredSteps: 0,
    };
    expect(parse(Plan, { ...plan, runs: [looked] }, 'plan').runs).toEqual([looked]);
  });
});

test('a study that keeps every seed would count one run several times', () => {
  const kept = { split: 1, weights: 1 };
  expect(parse(Study, { ...STUDY, fixedSeeds: kept }, 'study').fixedSeeds).toEqual(kept);
  expect(() => parse(Study, { ...STUDY, fixedSeeds: { ...kept, training: 1 } }, 'study')).toThrow(
    /fixedSeeds: keeps every part, so all seeds would be one run/,
  );
});

const SEEDS = { split: 1, weights: 1, training: 1 };

describe('results stand in the place of a planned run', () => {
  const stored = (steps: number, file: string, done = steps): StoredResult => {
    const run = {
      method: { name: 'slope', version: 1 },
      spec: { steps },
      seeds: SEEDS,
      testPoints: 1,
      data: { declared: {} },
    } as unknown as RunSpec;
    return { result: { identity: identity(run), run, steps: { done, total: steps } } as Result, file };
  };
  const planned = (of: StoredResult, identities: readonly string[] = []): PlannedRun =>
    ({ declaration: declarationHash(of.result.run), identities }) as unknown as PlannedRun;
  const [ten, twenty] = [stored(10, 'a'), stored(20, 'b')];

  test('where they do what it declares, whoever asked for them', () => {
    const inPlace = resultsInPlace([twenty, ten]);
    expect(inPlace(planned(ten))).toEqual([ten]);
    expect(inPlace(planned(twenty))).toEqual([twenty]);
    expect(inPlace(planned(stored(30, 'c')))).toEqual([]);
  });

  test('where they were asked for in it, under an earlier declaration', () => {
    expect(resultsInPlace([twenty, ten])(planned(ten, [twenty.result.identity]))).toEqual([ten, twenty]);
  });

  test('each once: of copies, the one that came furthest', () => {
    const [cut, again] = [stored(10, '0', 4), stored(10, 'z')];
    expect(resultsInPlace([again, ten, cut])(planned(ten))).toEqual([ten]);
  });
});
