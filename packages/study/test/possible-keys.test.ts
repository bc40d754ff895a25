import { fashionMnist } from '@spatial-ensemble/datasets';
import type { MeasurementRecipe, Recipe } from '@spatial-ensemble/record';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineExperiment, resolveRuns } from '../src/index.ts';
import { RECIPE } from './typed-recipe.ts';

const Spec = z
  .strictObject({
    steps: z.int().positive().default(10),
    clip: z.number().positive().optional(),
    warmUp: z.strictObject({ steps: z.int(), from: z.number().optional() }).optional(),
    teacher: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({ kind: z.literal('tma'), momentum: z.number(), after: z.int().optional() }),
    ]),
    layers: z.array(z.strictObject({ width: z.int(), bias: z.boolean().optional() })).default([{ width: 3 }]),
  })
  .refine(({ clip }) => clip !== 13, 'brings bad luck');
const METHOD: Recipe<unknown> = { ...RECIPE, schema: Spec, steps: () => 10, smoke: (spec) => spec };
const Probe = z.strictObject({
  whose: z.string(),
  pretraining: z.unknown().optional(),
  rate: z.number().default(1),
  decay: z.number().optional(),
});
const PROBE: Recipe<unknown> = { ...METHOD, name: 'probe', schema: Probe, scores: () => [] };
const KNN: MeasurementRecipe<unknown> = {
  name: 'knn',
  version: 1,
  schema: z.strictObject({ k: z.int().default(200), bank: z.int().default(50), every: z.int().positive().optional() }),
  makes: () => [],
};

const EXPERIMENT = defineExperiment(
  METHOD,
  {
    name: 'optional',
    title: 'Optional',
    paper: [],
    cost: { hardware: 'none', basis: 'none' },
    data: { source: 'fashion-mnist', images: 'embedded', labelled: 100, heldOut: 0 },
    spec: { teacher: { kind: 'tma', momentum: 0.5 } },
    arms: { tma: { title: 'TMA' }, none: { title: 'none', patch: { spec: { teacher: { kind: 'none' } } } } },
    evaluations: { probe: { method: 'probe', title: 'probe', whose: 'teacher', spec: {} } },
    measurements: { knn: { bank: 30 } },
    seeds: [1],
    tiers: { small: {} },
    headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
  } as never,
  { dataSets: [fashionMnist], evaluations: { probe: PROBE }, measurements: { knn: KNN } },
);

const resolved = (overrides: readonly string[], arm = 'tma') => resolveRuns(EXPERIMENT, { arms: [arm], overrides })[0]!;

describe('--set of a key that is left out', () => {
  test('adds it, and leaves what is declared beside it as it is', () => {
    const run = resolved(['measurements.knn.every=1000', 'clip=2', 'evaluations.probe.decay=0.1']);
    expect(run.measurements!['knn']!.spec).toEqual({ k: 200, bank: 30, every: 1000 });
    expect(run.spec).toEqual({ ...resolved([]).spec, clip: 2 });
    expect(run.evaluations[0]!.spec).toMatchObject({ rate: 1, decay: 0.1 });
    expect(run.changed!.overrides).toContain('measurements.knn.every=1000');
  });

  test('is the run that has the whole object given', () => {
    const whole = resolved(['measurements.knn={"k":200,"bank":30,"every":7}']);
    expect(resolved(['measurements.knn.every=7']).declaration).toBe(whole.declaration);
  });

  test('goes into objects, lists and the kind that is there', () => {
    expect(resolved(['teacher.after=3']).spec['teacher']).toEqual({ kind: 'tma', momentum: 0.5, after: 3 });
    expect(resolved(['layers.0.bias=true']).spec['layers']).toEqual([{ width: 3, bias: true }]);
    expect(resolved(['warmUp.steps=5', 'warmUp.from=0.5']).spec['warmUp']).toEqual({ steps: 5, from: 0.5 });
    expect(resolved(['teacher.kind=tma', 'teacher.momentum=0.7'], 'none').spec['teacher']).toEqual({ kind: 'tma', momentum: 0.7 }); // prettier-ignore
    const given = ['teacher={"kind":"tma","momentum":0.9}', 'teacher.after=3'];
    expect(resolved(given, 'none').spec['teacher']).toEqual({ kind: 'tma', momentum: 0.9, after: 3 });
  });

  test.each([
    [
      'measurements.knn.evry=1',
      "--set measurements.knn.evry: unknown key 'evry'. Did you mean 'every'? Valid here: bank, every, k. (arm tma;",
    ],
    ['clip2=1', "--set clip2: unknown key 'clip2'. Did you mean 'clip'?"],
    ['layers.0.depth=1', "--set layers.0.depth: unknown key 'depth'. Valid here: bias, width."],
    ['evaluations.probe.pretraining={}', "--set evaluations.probe.pretraining: unknown key 'pretraining'"],
    ['evaluations.probe.pretraining.steps=1', "--set evaluations.probe.pretraining: unknown key 'pretraining'"],
    ['evaluations.probe.toString=1', "unknown key 'toString'"],
    ['clip.x=1', "--set clip.x: unknown key 'x'."],
    ['measurements.knn.every=0', 'measurements.knn.every: must be a whole number from 1'],
    ['clip=13', 'brings bad luck'],
  ])('is refused where it cannot be: %s', (override, says) => {
    expect(() => resolved([override])).toThrow(says);
  });

  test('knows no key of another kind', () => {
    expect(() => resolved(['teacher.after=3'], 'none')).toThrow(
      "--set teacher.after: unknown key 'after'. Valid here: kind.",
    );
  });
});
