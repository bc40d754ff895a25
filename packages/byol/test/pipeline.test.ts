import { useTensorFlow } from '@spatial-ensemble/engine';
import { linearEvaluation } from '@spatial-ensemble/evaluation';
import { runTiny, type TinyRun } from '@spatial-ensemble/training/testing';
import { beforeAll, expect, it } from 'vitest';
import { byol, ByolSpec, RECIPES } from '../src/index.ts';

let from: TinyRun;
beforeAll(async () => {
  await useTensorFlow();
  from = await runTiny(byol, RECIPES.byol);
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
