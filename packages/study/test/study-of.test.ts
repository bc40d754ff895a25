import { fashionMnist } from '@spatial-ensemble/datasets';
import { expect, expectTypeOf, test } from 'vitest';
import { defineExperiment, resolveRuns, type PatchOf } from '../src/index.ts';
import { RECIPE } from './typed-recipe.ts';

const STUDY = {
  name: 'typed',
  title: 'Typed',
  paper: [],
  cost: { hardware: 'none', basis: 'none' },
  data: { source: 'fashion-mnist', images: 'embedded', labelled: 100, heldOut: 0 },
  spec: { teacher: { kind: 'tma', momentum: 0.5 } },
  arms: { tma: { title: 'TMA' }, none: { title: 'none', patch: { spec: { teacher: { kind: 'none' } } } } },
  seeds: [1],
  tiers: { small: { arms: { tma: { spec: { teacher: { momentum: 0.9 } } } } } },
  headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
} as const;
const CODE = { dataSets: [fashionMnist] };

test('a study says of its method what that knows, and a patch any part of it', () => {
  const runs = resolveRuns(defineExperiment(RECIPE, { ...STUDY, seeds: [1], paper: [] }, CODE));
  expect(runs.map(({ arm, spec }) => [arm, spec['teacher']])).toEqual([
    ['tma', { kind: 'tma', momentum: 0.9 }],
    ['none', { kind: 'none' }],
  ]);
  expectTypeOf<PatchOf<{ a: number; b?: { c: 'x' | 'y'; d: number[] } }>>().toEqualTypeOf<{
    readonly a?: number;
    readonly b?: { readonly c?: 'x' | 'y'; readonly d?: readonly number[] };
  }>();
});

test('the compiler refuses what its schema would', () => {
  const whole = { ...STUDY, seeds: [1], paper: [] as [] };
  const refused = [
    // @ts-expect-error: momentums are numbers.
    () => defineExperiment(RECIPE, { ...whole, spec: { teacher: { kind: 'tma', momentum: '0.5' } } }, CODE),
    // @ts-expect-error: the method has no `step`.
    () => defineExperiment(RECIPE, { ...whole, spec: { step: 3, teacher: { kind: 'none' } } }, CODE),
    // @ts-expect-error: in an arm neither.
    () => defineExperiment(RECIPE, { ...whole, arms: { a: { title: 'a', patch: { spec: { step: 3 } } } } }, CODE),
    // @ts-expect-error: nor of one arm at a tier.
    () => defineExperiment(RECIPE, { ...whole, tiers: { small: { arms: { a: { spec: { steps: 'ema' } } } } } }, CODE),
    // @ts-expect-error: nor in a variant.
    () => defineExperiment(RECIPE, { ...whole, variants: { v: { title: 'v', patch: { spec: { sizes: 3 } } } } }, CODE),
  ];
  expect(refused).toHaveLength(5);
  expect(() => resolveRuns(refused[1]!())).toThrow("unknown key 'step'. Did you mean 'steps'?");
});
