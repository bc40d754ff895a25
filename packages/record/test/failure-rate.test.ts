import { expect, test } from 'vitest';

import { declaredAs, type FailureRate, failureHash, parse, Study, type StudyInput } from '../src/index.ts';

const RATE: FailureRate = {
  hypothesis: 'SE fails more often than TMA',
  reference: 'supervised',
  arm: 'se',
  over: 'tma',
  seeds: 20,
  stopping: 'after 20 splits',
};
const study = (failures: StudyInput['failures'] = { rate: RATE }, changes: Partial<StudyInput> = {}): Study =>
  parse(
    Study,
    {
      name: 'tiny',
      title: 'Tiny',
      paper: [],
      cost: { hardware: '2 CPU cores', basis: 'guessed' },
      method: 'slope',
      data: { source: 'fashion-mnist' },
      spec: {},
      arms: { supervised: { title: 'supervised' }, se: { title: 'SE' }, tma: { title: 'TMA' } },
      seeds: [1, 2],
      tiers: { small: {} },
      headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
      failures,
      ...changes,
    },
    'the study',
  );

test('failure rates are of three arms that the study has', () => {
  expect(study().failures).toEqual({ rate: RATE });
  const refused = (changes: Partial<FailureRate>) => () => study({ rate: { ...RATE, ...changes } });
  expect(refused({ arm: 'sse' })).toThrow(/failures\.rate\.arm: no arm is called 'sse'\. Did you mean 'se'\?/);
  expect(refused({ over: 'se' })).toThrow(/failures\.rate\.over: is 'se', as `arm` is/);
  expect(refused({ reference: 'tma' })).toThrow(/failures\.rate\.over: is 'tma', as `reference` is/);
  expect(refused({ seeds: 1 })).toThrow(/failures\.rate\.seeds/);
});

test('when one was declared is known by its own hash', () => {
  const ids = ['a'.repeat(64)];
  const first = declaredAs(study(), undefined, []);
  expect(first.failures).toEqual({ rate: { hash: failureHash(study(), 'rate'), after: [] } });
  expect(declaredAs(study({ rate: RATE }, { title: 'Another' }), first, ids).failures).toEqual(first.failures);
  for (const changed of [{ seeds: 21 }, { stopping: 'never' }, { hypothesis: 'x' }, { arm: 'tma', over: 'se' }]) {
    const now = declaredAs(study({ rate: { ...RATE, ...changed } }), first, ids).failures;
    expect(now?.['rate']?.after, JSON.stringify(changed)).toEqual(ids);
  }
  const headline = { metric: 'accuracy', whose: 'student', rule: 'last' } as const;
  expect(failureHash(study({ rate: RATE }, { headline }), 'rate')).not.toBe(failureHash(study(), 'rate'));
});
