import { useTensorFlow } from '@spatial-ensemble/engine';
import { knnMeasurement, KnnSpec, linearEvaluation } from '@spatial-ensemble/evaluation';
import { runTiny, type TinyRun } from '@spatial-ensemble/training/testing';
import { beforeAll, expect, it } from 'vitest';
import { byol, ByolSpec, RECIPES } from '../src/index.ts';

let from: TinyRun;
beforeAll(async () => {
  await useTensorFlow();
  const spec = KnnSpec.parse({ k: 5, bank: 200, sanity: [], every: 2 });
  from = await runTiny(byol, RECIPES.byol, {
    measurings: [{ name: 'knn', measurement: knnMeasurement as never, spec }],
  });
});

it.each(Object.entries(RECIPES))('the recipe %s: trained, killed, gone on with, evaluated', async (_, recipe) => {
  const run = recipe === RECIPES.byol ? from : await runTiny(byol, recipe);
  expect(run.outcome.lines.map(({ kind }) => kind)).toContain('test');
});

it('is evaluated by a linear classifier, which is killed and goes on too', async () => {
  const pretraining = byol.smoke(ByolSpec.parse(RECIPES.byol));
  const declared = {
    protocol: 'sts',
    whose: 'teacher',
    classes: 10,
    images: 12,
    augment: { kind: 'none' },
    pretraining,
  };
  const { outcome } = await runTiny(linearEvaluation(byol), declared, { from });
  expect(outcome.scores.map(({ name }) => name)).toEqual(['linear-top1', 'linear-top5']);
});

it('tells its nearest neighbours while it trains, and the same where it was killed and went on', () => {
  const { lines, looked } = from.outcome;
  const looks = lines.filter(({ kind }) => kind === 'measured');
  expect(looks.map(({ step }) => step)).toEqual([0, 2, 4]);
  for (const { values } of looks) {
    expect(Object.keys(values)).toEqual(['knn-held-out teacher', 'knn-held-out student']);
    // Of 50 images, with clothes of ten kinds: better than guessing, before the first step too.
    expect(Object.values(values).every((value) => value > 20 && value < 100 && Number.isInteger(value / 2))).toBe(true);
  }
  expect(looked.map(({ name, whose }) => `${name} ${whose}`)).toEqual(Object.keys(looks[0]!.values));
});
