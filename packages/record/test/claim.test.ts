import { describe, expect, test } from 'vitest';

import { claimHash, declaredAs, hash, parse, Plan, plannedPairs, Study, type StudyInput } from '../src/index.ts';

const STUDY: StudyInput = {
  name: 'tiny',
  title: 'Tiny',
  paper: [],
  cost: { hardware: '2 CPU cores', basis: 'guessed' },
  method: 'slope',
  data: { source: 'fashion-mnist' },
  spec: {},
  arms: { none: { title: 'none' }, tma: { title: 'TMA' }, sts: { title: 'STS' } },
  seeds: [1, 2],
  tiers: { small: {} },
  headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
  gates: {
    smoothing: { kind: 'difference', title: 'smoothing matters', compare: { arm: 'tma', over: 'none' } },
    features: { kind: 'baselines', title: 'features', arms: ['tma'], metric: 'knn', baselines: ['pixels', 'pca'] },
    anchor: {
      kind: 'anchor',
      title: 'an anchor',
      arm: 'tma',
      expected: 86.9,
      tolerance: { value: 0.5, source: 'its table of runs' },
      source: 'a README',
    },
  },
  claims: {
    better: {
      hypothesis: 'STS is better than TMA',
      compare: { arm: 'sts', over: 'tma' },
      alternative: { kind: 'greater' },
      smallestEffect: 0.5,
      gates: ['smoothing'],
      pairs: 20,
      stopping: 'after 20 splits',
    },
    comparable: {
      hypothesis: 'STS is comparable to none',
      compare: { arm: 'sts', over: 'none', metric: 'top5' },
      alternative: { kind: 'equivalent', margin: 1 },
      smallestEffect: 1,
      family: 'secondary',
      pairs: 20,
      stopping: 'after 20 splits',
    },
  },
};
const study = (changes: Partial<StudyInput> = {}): Study => parse(Study, { ...STUDY, ...changes }, 'the study');
const claims = STUDY.claims!;
const better = claims['better']!;

describe('a study’s claims', () => {
  test('name arms, gates, variants and tiers that it has', () => {
    expect(study().claims?.['better']).toMatchObject({ family: 'primary', gates: ['smoothing'] });
    const refused = (changed: object): (() => Study) => {
      return () => study({ claims: { better: { ...better, ...changed } } });
    };
    expect(refused({ compare: { arm: 'st', over: 'tma' } })).toThrow(/compare\.arm: no arm is called 'st'.*'sts'/);
    expect(refused({ compare: { arm: 'sts', over: 'sts' } })).toThrow(
      /holds the teacher of the arm 'sts' against itself.*the student of the same runs/,
    );
    expect(refused({ compare: { arm: 'sts', over: 'sts', whose: 'student' } })).toThrow(/the student of the arm 'sts'/);
    const both = (whose: string, overWhose: string) => ({ compare: { arm: 'sts', over: 'sts', whose, overWhose } });
    expect(refused(both('teacher', 'teacher'))).toThrow(/against itself/);
    expect(refused({ compare: { arm: 'sts', over: 'tma', whose: 'none' } })).toThrow(/compare\.whose/);
    expect(refused(both('teacher', 'student'))).not.toThrow();
    expect(refused({ compare: { arm: 'sts', over: 'sts', overWhose: 'student' } })).toThrow(/say.*whose: 'teacher'/);
    expect(refused({ gates: ['smoothin'] })).toThrow(/no gate is called 'smoothin'.*'smoothing'/);
    expect(refused({ tiers: ['gpu'] })).toThrow(/no tier is called 'gpu'.*small/);
    expect(refused({ variants: ['few'] })).toThrow(/no variant is called 'few'/);
    expect(refused({ alternative: { kind: 'equivalent' } })).toThrow(/margin/);
    expect(refused({ smallestEffect: 0 })).toThrow(/smallestEffect/);
    const gate = {
      kind: 'anchor',
      title: 'x',
      arm: 'stst',
      expected: 1,
      tolerance: { value: 1, source: 'x' },
      source: 'x',
    } as const;
    expect(() => study({ gates: { gate }, claims: {} })).toThrow(/gates\.gate\.arm: no arm is called 'stst'/);
    const most = { kind: 'at-most' as const, title: 'x', arms: ['sts', 'tmaa'], most: 0 };
    expect(() => study({ gates: { most }, claims: {} })).toThrow(/gates\.most\.arms: no arm is called 'tmaa'/);
  });
});

describe('pairs that are planned later', () => {
  const extended = (small: number) => study({ claims: { better: { ...better, extendedTo: { small } } } });

  test('are not fewer than before, and all are waited for', () => {
    const planned = ({ claims }: Study) =>
      (['small', 'gpu'] as const).map((at) => plannedPairs(claims!['better']!, at));
    expect(planned(study())).toEqual([20, 20]);
    expect(planned(extended(33))).toEqual([33, 20]);
    expect(() => extended(19)).toThrow(/claims\.better\.extendedTo\.small: must be at least the 20 pairs/);
    const elsewhere = { better: { ...better, extendedTo: { gpu: 33 } } };
    expect(() => study({ claims: elsewhere })).toThrow(/extendedTo: no tier of this claim is called 'gpu'/);
  });

  test('change no hash of the claim, nor what was there when it was declared', () => {
    const of = (small: number) => claimHash(extended(small), 'better');
    expect([of(20), of(33)]).toEqual(Array(2).fill(claimHash(study(), 'better')));
    const first = declaredAs(study(), undefined, []);
    expect(declaredAs(extended(33), first, ['a'.repeat(64)]).claims?.['better']?.after).toEqual([]);
  });
});

test('a claim has none of the names of other places of a report', () => {
  const called = (name: string) => () => study({ claims: { [name]: better } });
  for (const name of ['gates', 'failures-se-beside-tma', 'factor-preserve-1'])
    expect(called(name), name).toThrow(/claims.*a name that reports need themselves/);
  for (const name of ['gates-open', 'fewer-failures', 'factors']) expect(called(name), name).not.toThrow();
});

describe('the hash of a claim', () => {
  const of = (changes: Partial<StudyInput>): string => claimHash(study(changes), 'better');

  test('changes with all that it says, and with nothing else of the study', () => {
    const now = claimHash(study(), 'better');
    expect(of({ title: 'Another title', seeds: [1, 2, 3] })).toBe(now);
    expect(of({ claims: { better } })).toBe(now);
    expect(of({ claims: { better: { ...better, smallestEffect: 0.4 } } })).not.toBe(now);
    expect(of({ claims: { better: { ...better, compare: { ...better.compare, whose: 'student' } } } })).not.toBe(now);
    expect(of({ headline: { metric: 'accuracy', whose: 'student', rule: 'last' } })).not.toBe(now);
    const { smoothing, ...others } = STUDY.gates!;
    expect(of({ gates: { ...others, smoothing: { ...smoothing!, title: 'another' } } })).not.toBe(now);
    expect(of({ gates: { smoothing: smoothing! } })).toBe(now);
  });
});

describe('when a claim was declared', () => {
  const ids = ['a'.repeat(64)];

  test('stays what it was while the claim does, and is now where it changed', () => {
    const first = declaredAs(study(), undefined, []);
    expect(first.claims).toMatchObject({ better: { after: [] }, comparable: { after: [] } });
    const renamed = declaredAs(study({ title: 'Another title' }), first, ids);
    expect(renamed).toMatchObject({ after: ids, claims: { better: { after: [] } } });
    const softened = declaredAs(
      study({ claims: { ...claims, better: { ...better, smallestEffect: 0.1 } } }),
      first,
      ids,
    );
    expect(softened.claims).toMatchObject({ better: { after: ids }, comparable: { after: [] } });
    expect(declaredAs(study({ claims: {} }), first, ids).claims).toBeUndefined();
  });

  test('stands in the plan with the claim’s own hash', () => {
    const plan = (of: Study, declared = declaredAs(of, undefined, [])): object => ({
      format: 'spatial-ensemble/plan-3',
      study: of,
      declared,
      method: { name: 'slope', version: 1 },
      runs: [],
    });
    expect(parse(Plan, plan(study()), 'plan').declared.claims).toHaveProperty('better');
    const { claims: _, ...none } = declaredAs(study(), undefined, []);
    expect(() => parse(Plan, plan(study(), none), 'plan')).toThrow(/declared\.claims\.better: is not the hash/);
    const without = study({ claims: {} });
    const beyond = { ...declaredAs(study(), undefined, []), hash: hash(without) };
    expect(() => parse(Plan, plan(without, beyond), 'plan')).toThrow(/a claim that the study does not make/);
  });
});
