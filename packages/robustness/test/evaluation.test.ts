import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fashionMnist } from '@spatial-ensemble/datasets';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { seeds } from '@spatial-ensemble/random';
import type { Measure } from '@spatial-ensemble/record';
import { bound, prepareData, type RunData } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// The loop is not part of what the package exports: experiments reach it by the command line.
import type { LoopOutcome } from '../../training/src/run/loop.ts';
import { trainStored, weightsIn } from '../../training/test/stored.ts';
import { robustnessEvaluation } from '../src/index.ts';
import { tiny } from './tiny.ts';

const SEED = 4;
const ID = 'b'.repeat(64);
const IMAGES = 20;
const robustness = robustnessEvaluation(tiny);
const ATTACKS = {
  images: IMAGES,
  epsilon: 4,
  kinds: ['fgsm', 'pgd', 'apgd-ce', 'square'],
  pgd: { steps: 3 },
  apgd: { steps: 3 },
  square: { queries: 5 },
  curve: [2, 255],
};

let data: RunData;
let folder: string;

beforeAll(async () => {
  await useTensorFlow();
  const declared = { source: 'fashion-mnist', images: 'sample', labelled: 500, unlabelled: 'all', heldOut: 100 };
  data = await prepareData({ dataSet: fashionMnist, data: declared }, seeds(SEED).split);
  data = { ...data, test: { ...data.test, count: 60 } };
  folder = mkdtempSync(join(tmpdir(), 'robustness-'));
  for (const classifies of [true, false]) await trainStored({ ...sourceOf(classifies), data }, sourceOf(classifies));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function sourceOf(classifies: boolean) {
  return { bound: bound(tiny, { classifies }), seed: SEED, folder: join(folder, `tiny-${classifies}`), identity: ID };
}

function evaluated(
  where: string,
  changes: object,
  classifies = true,
  { stopAfter = Infinity, workers = 0 }: { readonly stopAfter?: number; readonly workers?: number } = {},
): Promise<LoopOutcome> {
  const spec = robustness.schema.parse({ whose: 'teacher', batch: 10, pretraining: { classifies }, ...changes });
  let looked = 0;
  return trainStored(
    {
      seed: SEED,
      bound: bound(robustness, spec),
      data,
      from: () => weightsIn(sourceOf(classifies), spec.whose === 'untrained' ? 'first' : 'last'),
    },
    { folder: join(folder, where), identity: ID },
    { workers, interrupted: () => looked >= stopAfter, onLook: () => (looked += 1) },
  );
}

const value = ({ measures }: LoopOutcome, name: string): number =>
  measures.find((one) => one.name === name)?.value ?? Number.NaN;
/** Where the measures of a curve or a grid stand, and what they are. */
const along = ({ measures }: LoopOutcome, name: string) =>
  measures
    .filter((one) => one.along?.name === name)
    .map((one) => [one.along!.axes.map(({ at }) => at), one.value] as const);
const names = ({ measures }: LoopOutcome): string[] => measures.map(({ name }: Measure) => name);

describe('an evaluation of robustness through the real loop', () => {
  it('takes no step, and keeps its order: the worst attack is no better than any, and none helps', async () => {
    const before = tf.memory().numTensors;
    const outcome = await evaluated('attacks', { attacks: ATTACKS });
    expect(tf.memory().numTensors).toBe(before);
    expect([outcome.done, outcome.steps, outcome.complete]).toEqual([0, 0, true]);
    const clean = value(outcome, 'robust-clean');
    expect(clean).toBeGreaterThan(30);
    for (const kind of ATTACKS.kinds) {
      expect(value(outcome, `robust-${kind}`)).toBeLessThanOrEqual(clean);
      expect(value(outcome, 'robust-accuracy')).toBeLessThanOrEqual(value(outcome, `robust-${kind}`));
    }
    expect(value(outcome, 'robust-accuracy')).toBeLessThan(clean);
    expect(value(outcome, 'robust-within-2')).toBeGreaterThanOrEqual(value(outcome, 'robust-pgd'));
    expect(value(outcome, 'robust-within-255')).toBe(0);
    expect(along(outcome, 'robust-within')).toEqual([
      [[0], clean],
      [[2], value(outcome, 'robust-within-2')],
      [[255], 0],
    ]);
    expect(along(outcome, 'robust-loss').map(([at]) => at)).toEqual(
      [0, 0.25, 0.5, 1, 2].flatMap((share) => ['along the gradient', 'along a random direction'].map((one) => [one, share])), // prettier-ignore
    );
    expect(value(outcome, 'robust-masking')).toBe(0);
    expect(value(outcome, 'robust-loss-along-1')).toBeGreaterThan(value(outcome, 'robust-loss-random-1'));
    const spec = robustness.schema.parse({ whose: 'teacher', pretraining: { classifies: true }, attacks: ATTACKS });
    const declared = robustness.makes!(spec).map(({ name }) => name);
    expect(names(outcome).slice(0, declared.length)).toEqual(declared);
  });

  it('looks by the norms of adversarial images where it is told so, and refuses where there are none', async () => {
    // A second kernel that sees nothing: whatever an image is, it is told to be of the first class.
    const second = { kernel: 'kernel.adversarial' };
    const bind: typeof tiny.bind = (of) => ({ ...tiny.bind(of), anatomy: { second } as never });
    const two = robustnessEvaluation({ ...tiny, bind });
    const spec = (norms: object) => {
      const declared = { whose: 'teacher', batch: 10, pretraining: { classifies: true }, calibration: {} };
      return two.schema.parse({ ...declared, ...norms });
    };
    const from = async () => {
      const { student, teacher } = await weightsIn(sourceOf(true), 'last');
      const kernel = tf.zerosLike(teacher.params['kernel']!);
      return { student, teacher: { ...teacher, params: { ...teacher.params, 'kernel.adversarial': kernel } } };
    };
    const top1 = async (where: string, norms: object): Promise<number> => {
      const run = { seed: SEED, bound: bound(two, spec(norms)), data, from };
      return value(await trainStored(run, { folder: join(folder, where), identity: ID }), 'robust-top1');
    };
    const before = tf.memory().numTensors;
    expect(await top1('clean-norms', {})).toBe(value(await evaluated('one-norm', { calibration: {} }), 'robust-top1'));
    const first = data.test.labels.slice(0, 60).filter((label) => label === 0).length;
    expect(await top1('adversarial-norms', { norms: 'adversarial' })).toBeCloseTo((100 * first) / 60, 4);
    expect(tf.memory().numTensors).toBe(before);
    const known = { title: 'clothes', channels: 1, classes: 10, parts: { labelled: 500, unlabelled: 500, heldOut: 0, notHeldOut: 500 } }; // prettier-ignore
    expect(two.check!(spec({ norms: 'adversarial' }), known)).toEqual([]);
    expect(robustness.check!(spec({ norms: 'adversarial' }) as never, known)).toEqual([
      { key: 'norms', says: "is 'adversarial', and the run has one batch norm for all images: leave it out" },
    ]);
    // A probe has learnt of features by the other ones.
    const encodes = { view: [], features: 3, encode: () => tf.zeros<tf.Rank.R2>([1, 3]) };
    const probed = robustnessEvaluation({ ...tiny, bind: (of) => ({ ...bind(of), encodes }) });
    expect(probed.check!(spec({ norms: 'adversarial' }) as never, known)).toEqual([
      { key: 'head', says: expect.stringContaining('is to be given with norms') },
    ]);
    expect(probed.check!(spec({}) as never, known)).toEqual([]);
  });

  it('does not depend on how images are put into batches, nor on whether it was left in between', async () => {
    const attacks = { ...ATTACKS, kinds: ['pgd'], masking: false, curve: [255] };
    const whole = await evaluated('whole', { attacks });
    const parts = await evaluated('parts', { attacks, batch: 4 });
    expect(parts.measures).toEqual(whole.measures);
    expect((await evaluated('left', { attacks }, true, { stopAfter: 1 })).complete).toBe(false);
    expect((await evaluated('left', { attacks })).measures).toEqual(whole.measures);
  });

  it('looks for masked gradients within L2 by an attack without gradients too', async () => {
    const attacks = { ...ATTACKS, norm: 'l2', units: '0..1', epsilon: 0.5, kinds: ['fgsm', 'pgd', 'square'], curve: [0.25, 28] }; // prettier-ignore
    const outcome = await evaluated('l2', { attacks });
    expect(value(outcome, 'robust-square')).toBeLessThanOrEqual(value(outcome, 'robust-clean'));
    expect(value(outcome, 'robust-pgd')).toBeLessThan(value(outcome, 'robust-clean'));
    expect(value(outcome, 'robust-masking-black-box')).toBe(0);
  });

  it('asks of accuracy to fall to 0 within L2 only where an image can become any other', async () => {
    // An attack that does next to nothing.
    const pgd = { steps: 1, stepSize: 1e-6, randomStart: false };
    const attacks = { images: IMAGES, norm: 'l2', epsilon: 1, kinds: ['fgsm', 'pgd'], pgd };
    const shown = async (where: string, curve: number[]): Promise<number> =>
      value(await evaluated(where, { attacks: { ...attacks, curve } }), 'robust-masking-growing-epsilon');
    expect(await shown('l2-short', [1, 2])).toBe(0);
    expect(await shown('l2-whole', [1, 28 * 255])).toBe(1);
  });

  it('tells calibration, a temperature of held-out images, and what corruptions do', async () => {
    const outcome = await evaluated('rest', {
      calibration: {},
      corruptions: { images: 10, kinds: ['fog', 'contrast', 'saturate'], severities: [1, 5] },
    });
    expect(outcome.measures.find(({ name }) => name === 'robust-temperature')).toMatchObject({
      split: 'held-out',
      n: 100,
    });
    expect(value(outcome, 'robust-nll-tempered')).toBeLessThan(value(outcome, 'robust-nll') + 0.2);
    // Grey images have no colours: saturation leaves them as they are.
    const first10 = await evaluated('ten', { calibration: { images: 10 } });
    expect(value(outcome, 'robust-corrupted-saturate')).toBeCloseTo(value(first10, 'robust-top1'), 9);
    const error = 100 - (value(outcome, 'robust-corrupted-fog') + value(outcome, 'robust-corrupted-contrast')) / 2;
    expect(value(outcome, 'robust-corruption-error')).toBeCloseTo(error, 9);
  });

  it('keeps every corruption at every severity, of which all other accuracies under corruption are means', async () => {
    const [kinds, severities] = [
      ['fog', 'contrast', 'gaussian-noise'],
      [1, 3, 5],
    ];
    const outcome = await evaluated('grid', { corruptions: { images: 10, kinds, severities } });
    const cells = along(outcome, 'robust-corrupted');
    expect(cells.map(([at]) => at)).toEqual(kinds.flatMap((kind) => severities.map((severity) => [kind, severity])));
    const mean = (is: (at: readonly unknown[]) => boolean): number => {
      const those = cells.filter(([at]) => is(at)).map(([, one]) => one);
      return those.reduce((sum, one) => sum + one, 0) / those.length;
    };
    for (const kind of kinds)
      expect(value(outcome, `robust-corrupted-${kind}`)).toBeCloseTo(
        mean(([one]) => one === kind),
        9,
      );
    for (const [[severity], accuracy] of along(outcome, 'robust-corrupted-severity'))
      expect(accuracy).toBeCloseTo(
        mean(([, one]) => one === severity),
        9,
      );
    expect(value(outcome, 'robust-top1-corrupted')).toBeCloseTo(
      mean(() => true),
      9,
    );
    const titles = outcome.measures.filter(({ name }) => name.endsWith('-corrupted')).map(({ title }) => title);
    expect(titles).toEqual(['accuracy', 'expected calibration error', 'negative log likelihood', 'Brier score'].map((one) => `${one} under 3 corruptions`)); // prettier-ignore
    // Each is of its own images: one corruption at one severity alone is the same cell.
    const alone = await evaluated('cell', { corruptions: { images: 10, kinds: ['fog'], severities: [3] } });
    expect(value(alone, 'robust-corrupted-fog-3')).toBe(value(outcome, 'robust-corrupted-fog-3'));
    expect(value(alone, 'robust-corrupted-fog-3')).toBe(value(alone, 'robust-top1-corrupted'));
    // No held-out images have chosen a temperature.
    expect(names(outcome)).not.toContain('robust-nll-corrupted-tempered');
  });

  it('corrupts in threads, ahead of the looks: the same measures, and none is left where it is interrupted', async () => {
    const corruptions = { images: 60, kinds: ['fog', 'shot-noise', 'motion-blur'], severities: [2, 5] };
    const threads = (): number => process.getActiveResourcesInfo().filter((one) => one === 'MessagePort').length;
    const here = await evaluated('here', { corruptions });
    const before = threads();
    expect((await evaluated('threads', { corruptions }, true, { workers: 2 })).measures).toEqual(here.measures);
    const left = await evaluated('left-threads', { corruptions }, true, { workers: 2, stopAfter: 8 });
    expect(left.complete).toBe(false);
    expect(threads()).toBe(before);
  });

  it('takes the temperature of images that are not corrupted to those that are', async () => {
    const corruptions = { images: 10, kinds: ['gaussian-noise'], severities: [5] };
    const outcome = await evaluated('tempered', { calibration: {}, corruptions });
    expect(value(outcome, 'robust-temperature')).not.toBeCloseTo(1, 2);
    expect(names(outcome).filter((name) => name.endsWith('-corrupted-tempered'))).toEqual(
      ['ece', 'nll', 'brier'].map((one) => `robust-${one}-corrupted-tempered`),
    );
    expect(value(outcome, 'robust-nll-corrupted-tempered')).not.toBeCloseTo(value(outcome, 'robust-nll-corrupted'), 3);
  });

  it('is of neither where the encoder was not trained', async () => {
    const { measures } = await evaluated('untrained', { whose: 'untrained', calibration: { images: 10 } });
    expect(measures[0]).toMatchObject({ name: 'robust-top1-untrained', whose: 'none' });
    const corruptions = { images: 10, kinds: ['fog'], severities: [3] };
    const corrupted = await evaluated('untrained-fog', { whose: 'untrained', corruptions });
    // A curve of its own, beside that of the trained one.
    expect(along(corrupted, 'robust-corrupted-untrained')).toHaveLength(1);
  });

  it('trains a linear classifier of features first', async () => {
    const head = { protocol: 'moco', classes: 10, images: 500, epochs: 4, batch: 50, learningRate: 0.5, augment: { kind: 'none' } }; // prettier-ignore
    const outcome = await evaluated(
      'head',
      { head, attacks: { ...ATTACKS, masking: false, kinds: ['pgd'], curve: [255] } },
      false,
    );
    expect(outcome.steps).toBe(40);
    expect(value(outcome, 'robust-clean')).toBeGreaterThan(30);
    expect(value(outcome, 'robust-pgd')).toBeLessThan(value(outcome, 'robust-clean'));
  });
});

describe('refused before anything is run', () => {
  const known = { title: 'images', channels: 1, classes: 10 } as never;
  const problems = (changes: object, classifies = true): string[] =>
    robustness.check!(
      robustness.schema.parse({ whose: 'teacher', pretraining: { classifies }, ...changes }),
      known,
    ).map(({ key, says }) => `${key}: ${says}`);

  it('a method that learns features without a head, and one that classifies with one', () => {
    expect(problems({ calibration: {} }, false)).toEqual([expect.stringContaining('head: tiny learns features')]);
    const head = { protocol: 'moco', classes: 10, images: 500 };
    expect(problems({ calibration: {}, head })).toEqual([expect.stringContaining('head: tiny classifies by itself')]);
  });

  it('the ratio of three logits, of two classes', () => {
    const of = (classes: number) =>
      robustness.check!(robustness.schema.parse({ whose: 'teacher', pretraining: { classifies: true }, attacks: {} }), { title: 'images', channels: 1, classes } as never); // prettier-ignore
    expect(of(3)).toEqual([]);
    expect(of(2)).toEqual([{ key: 'attacks.kinds', says: expect.stringContaining('there are 2: leave it out') }]);
  });

  it('an evaluation of nothing, and masking without its attacks', () => {
    const parse = (spec: object) => () => robustness.schema.parse({ whose: 'teacher', pretraining: { classifies: true }, ...spec }); // prettier-ignore
    expect(parse({})).toThrow(/one of them is to be measured/);
    expect(parse({ attacks: { kinds: ['pgd'] } })).toThrow(/must have fgsm/);
    expect(parse({ attacks: { curve: [8, 2] } })).toThrow(/must ascend/);
    expect(parse({ attacks: { curve: [8, 300] } })).toThrow(
      /must go to 255, the whole range of pixels in units of 0..255, at most/,
    );
    expect(parse({ attacks: { curve: [8, 64] } })).toThrow(/must end in 255, .*: append 255/);
    expect(parse({ attacks: { units: '0..1', epsilon: 0.1, curve: [0.2] } })).toThrow(/must end in 1, .*: append 1\b/);
    expect(parse({ attacks: { curve: [8, 64], masking: false } })).not.toThrow();
    expect(parse({ attacks: { norm: 'l2', epsilon: 128, curve: [64, 128] } })).not.toThrow();
    expect(parse({ attacks: { norm: 'l2', kinds: ['fgsm', 'pgd'] } })).toThrow(/55.43 in units of 0..1 for 32 x 32/);
    expect(parse({ attacks: { units: '0..1' } })).toThrow(/must be at most 1, the whole range/);
    expect(parse({ corruptions: { baseline: 'alexnet' } })).toThrow(/all five severities of ImageNet-C/);
  });
});

describe('the smoke form', () => {
  const parsed = (spec: object) => robustness.schema.parse({ whose: 'teacher', pretraining: { classifies: true }, ...spec }); // prettier-ignore
  const smoke = (spec: object) => parsed(robustness.smoke(parsed(spec)));

  it('is a spec that the schema takes, of AlexNet’s baseline too', () => {
    const { corruptions } = smoke({ corruptions: { style: 'imagenet', baseline: 'alexnet' } });
    expect(corruptions).toMatchObject({ severities: [5], baseline: 'none' });
  });

  it('has two epsilons: the whole range of linf, those of l2 that were given', () => {
    const curve = (attacks: object) => smoke({ attacks }).attacks!.curve;
    expect(curve({ curve: [1, 2, 255] })).toEqual([8, 255]);
    expect(curve({ norm: 'l2', units: '0..1', epsilon: 0.5, curve: [0.25, 0.5, 1, 28] })).toEqual([0.25, 28]);
    expect(curve({ norm: 'l2', curve: [128] })).toEqual([128]);
    expect(curve({ norm: 'l2', masking: false })).toBeUndefined();
  });
});
