import { useTensorFlow } from '@spatial-ensemble/engine';
import { linearEvaluation } from '@spatial-ensemble/evaluation';
import { runTiny } from '@spatial-ensemble/training/testing';
import { beforeAll, expect, it } from 'vitest';
import { byol, ByolSpec, RECIPES } from '../src/index.ts';

beforeAll(() => useTensorFlow());

it.each(Object.entries(RECIPES))('the recipe %s: trained, killed, gone on with, evaluated', async (_, recipe) => {
  const run = await runTiny(byol, recipe);
  expect(run.outcome.lines.map(({ kind }) => kind)).toContain('test');
});

it('is evaluated by a linear classifier, which is killed and goes on too', async () => {
  const from = await runTiny(byol, RECIPES.byol);
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
