import { useTensorFlow } from '@spatial-ensemble/engine';
import { knnMeasurement, KnnSpec, linearEvaluation } from '@spatial-ensemble/evaluation';
import { runTiny, type TinyRun } from '@spatial-ensemble/training/testing';
import { beforeAll, expect, it } from 'vitest';
import { byol, ByolSpec, RECIPES } from '../src/index.ts';

const LINEAR = { protocol: 'sts', whose: 'teacher', classes: 10, images: 12, augment: { kind: 'none' } };

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

it('learns of two streams by two sets of norms: trained, killed, gone on with', async () => {
  const adversarial = { steps: 1, stream: 'dual', batchNorm: 'dual' };
  const teacher = { kind: 'sts', granularity: 'channel' };
  const dual = await runTiny(byol, { ...RECIPES.momentum2, teacher, adversarial });
  expect(dual.outcome.lines.map(({ kind }) => kind)).toContain('test');

  // An evaluation may look by those of adversarial images.
  const linear = linearEvaluation(byol);
  const pretraining = byol.smoke(ByolSpec.parse({ ...RECIPES.momentum2, teacher, adversarial }));
  const declared = { ...LINEAR, pretraining, norms: 'adversarial' };
  const looked = await runTiny(linear, declared, { from: dual });
  expect(looked.outcome.scores.map(({ name }) => name)).toEqual(['linear-top1', 'linear-top5']);
  const [state, evaluated] = [dual, looked].map((run) => [...run.kept.saved!.tensors]);
  for (const norm of ['gamma', 'beta', 'mean', 'variance']) {
    const its = evaluated!.filter(([name]) => name.endsWith(`encoder.bn1.${norm}`));
    const second = state!.find(
      ([name]) => name.startsWith('state.teacher') && name.endsWith(`bn1.adversarial.${norm}`),
    );
    expect(its.map(([, { data }]) => data)).toEqual([second![1].data]);
  }
  // It has no other any more, which an export would leave out.
  const anatomyOf = (norms: object) => linear.bind(linear.schema.parse({ ...LINEAR, pretraining, ...norms })).anatomy;
  expect(Object.keys(anatomyOf({})!.second!)).not.toEqual([]);
  expect(anatomyOf({ norms: 'adversarial' })!.second).toBeUndefined();
  const data = { title: 'Fashion-MNIST', channels: 1, classes: 10, parts: { labelled: 60, unlabelled: 60, heldOut: 0, notHeldOut: 60 } }; // prettier-ignore
  const plain = linear.schema.parse({ ...declared, pretraining: byol.smoke(ByolSpec.parse(RECIPES.byol)) });
  const says = "is 'adversarial', and the run has one batch norm for all images: leave it out";
  expect(linear.check!(plain, data)).toContainEqual({ key: 'norms', says });
});

it('is evaluated by a linear classifier, which is killed and goes on too', async () => {
  const pretraining = byol.smoke(ByolSpec.parse(RECIPES.byol));
  const { outcome } = await runTiny(linearEvaluation(byol), { ...LINEAR, pretraining }, { from });
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
