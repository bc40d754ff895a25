import { describe, expect, test } from 'vitest';

import { declaredAs, factorHash, parse, Plan, Study, type StudyInput } from '../src/index.ts';

const STUDY: StudyInput = {
  name: 'tiny',
  title: 'Tiny',
  paper: [],
  cost: { hardware: '2 CPU cores', basis: 'guessed' },
  method: 'slope',
  data: { source: 'fashion-mnist' },
  spec: {},
  arms: { 'p-0': { title: 'p = 0' }, 'p-50': { title: 'p = 0.5' }, 'slow-0': { title: 'slow, p = 0' } },
  seeds: [1, 2],
  tiers: { small: {} },
  headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
  factors: {
    preserve: {
      title: 'preserve probability',
      series: [
        { title: 'at the same m', levels: [{ arm: 'p-0', level: 0 }, { arm: 'p-50', level: 0.5 }] }, // prettier-ignore
        { title: 'at the same m_eff', levels: [{ arm: 'slow-0', level: 0 }, { arm: 'p-50', level: 0.5 }] }, // prettier-ignore
      ],
      seeds: 5,
      stopping: 'after 5 splits',
    },
  },
};
const preserve = STUDY.factors!['preserve']!;
type Levels = (typeof preserve)['series'][number]['levels'];
const study = (changes: Partial<StudyInput> = {}): Study => parse(Study, { ...STUDY, ...changes }, 'the study');
const withLevels =
  (...levels: Levels) =>
  (): Study =>
    study({ factors: { preserve: { ...preserve, series: [{ title: 'x', levels }] } } });

describe('a study’s factors', () => {
  test('have arms that there are, each with a level of its own, in an order', () => {
    expect(study().factors?.['preserve']?.series).toHaveLength(2);
    const first = { arm: 'p-0', level: 0 };
    expect(withLevels(first, { arm: 'p-51', level: 0.5 })).toThrow(
      /factors\.preserve\.series\.0\.levels\.1\.arm: no arm is called 'p-51'. Did you mean 'p-50'\?/,
    );
    expect(withLevels(first, { arm: 'p-0', level: 1 })).toThrow(/levels\.1\.arm: the arm 'p-0' is a level .* already/);
    expect(withLevels(first, { arm: 'p-50', level: 0 })).toThrow(/levels\.1\.level: the level 0 stands here already/);
    expect(withLevels(first, { arm: 'p-50', level: -1 })).toThrow(/levels\.1\.level: is -1 after 0: .* rise/);
    expect(withLevels(first, { arm: 'p-50', level: 'a half' })).toThrow(/is "a half" after 0: all levels .* are names/);
    expect(withLevels(first)).toThrow(/factors\.preserve\.series\.0\.levels/);
    const [one] = preserve.series;
    expect(() => study({ factors: { preserve: { ...preserve, series: [one!, one!] } } })).toThrow(
      /series\.1\.title: 'at the same m' is what another series is called already/,
    );
    // Names have an order of their own.
    expect(withLevels({ arm: 'p-0', level: 'network' }, { arm: 'p-50', level: 'channel' })().factors).toBeDefined();
    expect(() => study({ factors: { preserve: { ...preserve, seeds: 1 } } })).toThrow(/factors\.preserve\.seeds/);
  });
});

describe('the hash of a factor', () => {
  test('changes with all that it says and with the headline, and with nothing else of the study', () => {
    const now = factorHash(study(), 'preserve');
    const of = (changes: Partial<StudyInput>): string => factorHash(study(changes), 'preserve');
    expect(of({ title: 'Another title', seeds: [1, 2, 3] })).toBe(now);
    expect(of({ headline: { metric: 'accuracy', whose: 'student', rule: 'last' } })).not.toBe(now);
    for (const changed of [{ seeds: 4 }, { stopping: 'never' }, { unit: '%' }, { series: preserve.series.slice(1) }])
      expect(of({ factors: { preserve: { ...preserve, ...changed } } })).not.toBe(now);
    const reversed = preserve.series.toReversed();
    expect(of({ factors: { preserve: { ...preserve, series: reversed } } })).not.toBe(now);
  });
});

describe('when a factor was declared', () => {
  const ids = ['a'.repeat(64)];

  test('stays what it was while the factor does, and is now where it changed', () => {
    const first = declaredAs(study(), undefined, []);
    expect(first).toMatchObject({ factors: { preserve: { hash: factorHash(study(), 'preserve'), after: [] } } });
    expect(declaredAs(study({ title: 'Another' }), first, ids)).toMatchObject({ after: ids, factors: { preserve: { after: [] } } }); // prettier-ignore
    const more = study({ factors: { preserve: { ...preserve, seeds: 6 } } });
    expect(declaredAs(more, first, ids).factors).toMatchObject({ preserve: { after: ids } });
    expect(declaredAs(study({ factors: {} }), first, ids).factors).toBeUndefined();
  });

  test('stands in the plan with the factor’s own hash', () => {
    const of = study();
    const plan = (declared: object): object => ({
      format: 'spatial-ensemble/plan-3',
      study: of,
      declared,
      method: { name: 'slope', version: 1 },
      runs: [],
    });
    const declared = declaredAs(of, undefined, []);
    expect(parse(Plan, plan(declared), 'plan').declared.factors).toHaveProperty('preserve');
    const { factors: _, ...none } = declared;
    expect(() => parse(Plan, plan(none), 'plan')).toThrow(/declared\.factors\.preserve: is not the hash of the factor/);
    const beyond = { ...declared, factors: { ...declared.factors, another: { hash: ids[0], after: [] } } };
    expect(() => parse(Plan, plan(beyond), 'plan')).toThrow(/another: is a factor that the study does not make/);
  });
});
