import { describe, expect, test } from 'vitest';

import { claimHash, declaredAs, factorHash, failureHash, parse, Study, type StudyInput } from '../src/index.ts';

const STUDY: StudyInput = {
  name: 'tiny',
  title: 'Tiny',
  paper: [],
  cost: { hardware: '2 CPU cores', basis: 'guessed' },
  method: 'slope',
  data: { source: 'fashion-mnist' },
  spec: {},
  arms: { 'p-0': { title: 'p = 0' }, 'p-50': { title: 'p = 0.5' }, labels: { title: 'labels' } },
  seeds: [1, 2],
  tiers: { small: {} },
  headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
  factors: {
    preserve: {
      title: 'preserve probability',
      series: [{ title: 'at the same m', levels: [{ arm: 'p-0', level: 0 }, { arm: 'p-50', level: 0.5 }] }], // prettier-ignore
      seeds: 2,
      stopping: 'after 2 splits',
    },
  },
  failures: { half: { hypothesis: 'fails', reference: 'labels', arm: 'p-50', over: 'p-0', seeds: 2, stopping: 'then' } }, // prettier-ignore
  claims: {
    better: { hypothesis: 'is better', compare: { arm: 'p-50', over: 'p-0' }, alternative: { kind: 'greater' }, smallestEffect: 1, pairs: 2, stopping: 'then' }, // prettier-ignore
  },
};
const GATE = { study: 'other', gate: 'smoothing-matters' };
const study = (standsOn?: StudyInput['standsOn']): Study =>
  parse(Study, { ...STUDY, ...(standsOn && { standsOn }) }, 'the study');

describe('gates of another study', () => {
  test('change no hash of what a study decides, so that they may be named after its runs', () => {
    const [without, having] = [study(), study([GATE])];
    for (const hashOf of [
      (one: Study) => claimHash(one, 'better'),
      (one: Study) => factorHash(one, 'preserve'),
      (one: Study) => failureHash(one, 'half'),
    ])
      expect(hashOf(having)).toBe(hashOf(without));
    const after = ['a'.repeat(64)];
    const { claims, factors, failures } = declaredAs(having, declaredAs(without, undefined, []), after);
    const all = [claims, factors, failures].flatMap((parts) => Object.values(parts ?? {}));
    expect(all.map((one) => one.after)).toEqual([[], [], []]);
  });

  test('stand there once', () => {
    expect(study([GATE, { ...GATE, gate: 'features-matter' }]).standsOn).toHaveLength(2);
    expect(() => study([GATE, GATE])).toThrow(/standsOn\.1\.gate: the gate 'smoothing-matters' of other stands here/);
  });

  test('may be the study’s own behind factors and failure rates, which it has', () => {
    const gates: StudyInput['gates'] = { smoothing: { kind: 'difference', title: 'it matters', compare: { arm: 'p-50', over: 'p-0' } } }; // prettier-ignore
    const of = (gate: string, parts: Partial<StudyInput>) => () =>
      parse(Study, { ...STUDY, gates, factors: undefined, failures: undefined, standsOn: [{ study: 'tiny', gate }], ...parts }, 'the study'); // prettier-ignore
    const { factors, failures } = STUDY;
    expect(of('smoothing', { factors })().standsOn).toHaveLength(1);
    expect(of('smoothing', { failures })().standsOn).toHaveLength(1);
    expect(of('smothing', { failures })).toThrow(/standsOn\.0\.gate: no gate is called 'smothing'.*'smoothing'/);
    expect(of('smoothing', {})).toThrow(/standsOn\.0\.study: is this study; .* itself \(gates\)/);
  });
});
