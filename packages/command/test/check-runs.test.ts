import { cifar100, fashionMnist, imageNet } from '@spatial-ensemble/datasets';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seeds } from '@spatial-ensemble/random';
import { linearProbe, nearestCentroid } from '../../training/test/linear-probe.ts';
import { changed, logits, softmaxRegression } from '../../training/test/softmax-regression.ts';
import { defineExperiment, knownBefore, resolveRuns } from '@spatial-ensemble/study';
import {
  channelsFit,
  classesFit,
  imagesSuffice,
  knownOf,
  prepareData,
  type Measurement,
} from '@spatial-ensemble/training';
import { checkRuns } from '../src/check-runs.ts';
import type { Experiment } from '../src/experiment.ts';
import { dryRun } from '../src/dry-run.ts';
import { loadExperiment } from '../src/program/load-experiment.ts';
import { runExperiment } from '../src/run-experiment.ts';
import { CPU, quietly } from './quietly.ts';
import { LINEAR, SMALL } from './studies.ts';

const STUDY = {
  ...SMALL,
  name: 'checked',
  title: 'Checked',
  evaluations: { linear: LINEAR },
  measurements: { centroid: { bank: 200 } },
  seeds: [1, 2],
  headline: { metric: 'linear-top1', whose: 'teacher', rule: 'last' },
};

/** An experiment whose method asks its images for this. */
function experiment(
  changed: Partial<typeof softmaxRegression> = {},
  study: object = {},
  probe: Partial<typeof linearProbe> = {},
): Experiment {
  return defineExperiment({ ...softmaxRegression, ...changed }, { ...STUDY, ...study } as never, {
    dataSets: [fashionMnist, imageNet],
    evaluations: { linear: { ...linearProbe, ...probe } },
    measurements: { centroid: nearestCentroid },
  });
}

/** The method with another part. */
function bindsAs(parts: object): Partial<typeof softmaxRegression> {
  return { bind: changed(softmaxRegression, () => parts).bind };
}

function refused(one: Experiment, overrides: string[] = []): string {
  try {
    checkRuns(one, resolveRuns(one, { overrides }), knownBefore);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was not refused');
}

describe('before a run', () => {
  test('what fits is not refused', () => {
    const one = experiment();
    checkRuns(one, resolveRuns(one), knownBefore);
  });

  test('everything that does not fit is told at once, by its key, each thing once and with the arms that it is of', () => {
    const one = experiment(
      {
        check: ({ batch, momentum }, data) => [
          ...classesFit('head.classes', 7, data),
          ...channelsFit('channels', 3, data),
          ...imagesSuffice('batch', batch, 'a batch', 'labelled', data),
          ...(momentum < 0.6 ? [{ key: 'momentum', says: `${momentum} is little` }] : []),
        ],
      },
      {},
      { check: (_, data) => classesFit('classes', 12, data) },
    );
    const overrides = ['batch=501', 'measurements.centroid.bank=9951'];
    expect(refused(one, overrides)).toBe(`checked cannot be run so:
  - head.classes: is 7, and Fashion-MNIST has 10 classes: --set head.classes=10
  - channels: is 3, and Fashion-MNIST has 1 channel: --set channels=1
  - batch: a batch of 501 is more than the 500 labelled images that there are
  - measurements.centroid.bank: 9951 images are more than there are: --set measurements.centroid.bank=9950
  - evaluations.linear.classes: is 12, and Fashion-MNIST has 10 classes: --set evaluations.linear.classes=10
  - momentum: 0.5 is little (fast)
Nothing was run or written.`);
  });

  test.each<[string, Partial<typeof softmaxRegression>, string[], RegExp]>([
    [
      'a stream that nothing is known of',
      bindsAs({ streams: { strong: { batch: 1, views: {} } } }),
      [],
      /the stream 'strong': no images are known/,
    ],
    [
      'a stream without images',
      bindsAs({ streams: { unlabelled: { batch: 1, views: {} } } }),
      ['data.labelled=all', 'data.unlabelled=rest'],
      /data\.unlabelled: leaves no image for the stream 'unlabelled' that softmax-regression trains on/,
    ],
    [
      'a view that does not suit the images',
      bindsAs({ streams: { labelled: { batch: 1, views: { one: [{ op: 'shift', max: 28, mode: 'reflect' }] } } } }),
      [],
      /the view 'one' of labelled images: augmentation step 1.*`max` must be/,
    ],
    [
      'a view of an evaluation that does not suit the images',
      bindsAs({ classifies: { view: [{ op: 'center-crop', size: 0 }], predict: logits } }),
      [],
      /the view of images that are evaluated: augmentation step 1.*`size` must be/,
    ],
    [
      'photographs of any size that nothing gives one size',
      {},
      ['data.source=imagenet', 'data.images=null'],
      /the view 'weak' of labelled images: .*one size/s,
    ],
    [
      'images that are smaller than the stride of the network',
      { stride: () => 32 },
      [],
      /its images of 28 x 28 pixels are smaller than 32 x 32, which the network makes one place of/,
    ],
    [
      'an epoch of another number of images',
      { epoch: () => ({ key: 'images', images: 1_281_167, stream: 'unlabelled' }) },
      [],
      /images: 1281167 images are said to be an epoch, and Fashion-MNIST has 9950 unlabelled ones: --set images=9950/,
    ],
    [
      'a step that cannot be built',
      {
        bind: () => {
          throw new Error('a wide ResNet has a depth of its own');
        },
      },
      [],
      /the spec: a wide ResNet has a depth of its own/,
    ],
    [
      'a schedule that is no number',
      bindsAs({ at: (step: number) => ({ rate: 1 / (29 - step) }) }),
      [],
      /the schedule of rate is Infinity at step 29/,
    ],
    ['steps that cannot be counted', { steps: () => 1e300 }, [], /the spec: comes to 1e\+300 steps/],
    [
      'a measurement without an encoder',
      bindsAs({ encodes: undefined }),
      [],
      /measurements\.centroid: softmax-regression has no encoder/,
    ],
    [
      'labels of which no class has the same number',
      {},
      ['data.labelled=25'],
      /data\.labelled: 25 cannot be the same number of each of 10 classes: --set data\.labelled=30/,
    ],
    ['held-out images alike', {}, ['data.heldOut=3'], /data\.heldOut: 3 cannot .*--set data\.heldOut=0/],
    [
      'more labels than there are images',
      {},
      ['data.labelled=9960'],
      /data\.labelled: 9960 labelled and 50 held-out images are 1001 of every class, and a class has as few as 1000/,
    ],
    [
      'all images held out',
      {},
      ['data.labelled=all', 'data.heldOut=10000'],
      /data\.heldOut: .*some must be left to train on/,
    ],
  ])('%s is told of', (_, changed, overrides, message) => {
    expect(refused(experiment(changed), overrides)).toMatch(message);
  });

  test('one class is nothing to tell apart', () => {
    const one = experiment();
    expect(() =>
      checkRuns(one, resolveRuns(one), () => ({
        data: { title: 'Cats', channels: 1, height: 28, width: 28, classes: 1 },
      })),
    ).toThrow(/data\.source: Cats has one class only/);
  });

  test('a run of seconds cuts its epochs short', () => {
    const one = experiment({ epoch: () => ({ key: 'images', images: 64, stream: 'labelled' }) });
    checkRuns(one, resolveRuns(one, { tier: 'smoke' }), knownBefore);
  });

  test.each(['run', 'dry run'])('a %s tells it, and writes nothing', async (command) => {
    const folder = mkdtempSync(join(tmpdir(), 'checked-'));
    const overrides = ['measurements.centroid.bank=9951'];
    const asked = {
      experiment: experiment(),
      selection: { arms: ['slow'], overrides },
      machine: CPU,
      session: quietly(join(folder, 'runs')),
    };
    const ran = command === 'dry run' ? dryRun(asked) : runExperiment(asked);
    await expect(ran).rejects.toThrow(/--set measurements\.centroid\.bank=9950\nNothing was run or written\.$/);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
    rmSync(folder, { recursive: true });
  });
});

describe('a measurement that looks while the run trains', () => {
  const Spec = z.strictObject({ bank: z.int(), every: z.int().positive().optional() });
  const centroid: Measurement<z.infer<typeof Spec>> = {
    ...nearestCentroid,
    schema: Spec,
    whileTraining: ({ every }) =>
      every === undefined ? undefined : { every, series: [HELD_OUT], look: () => Promise.resolve({}) },
  };
  const HELD_OUT = {
    name: 'near',
    title: 'near',
    whose: 'none',
    split: 'held-out',
    unit: '%',
    summed: 'last',
  } as const;
  const study = { ...STUDY, name: 'looking', measurements: { centroid: { bank: 200, every: 10 } } };
  const one: Experiment = defineExperiment(softmaxRegression, study as never, {
    dataSets: [fashionMnist],
    evaluations: { linear: linearProbe },
    measurements: { centroid },
  });

  test('is not refused where it can, nor of a run that is looked at before its last step', () => {
    checkRuns(one, resolveRuns(one), knownBefore);
    checkRuns(one, resolveRuns(one, { overrides: ['atStep=5'] }), knownBefore);
    checkRuns(experiment(), resolveRuns(experiment(), { overrides: ['data.heldOut=0'] }), knownBefore);
  });

  test.each([
    [
      'every=31',
      'is 31, and the run has 30 steps: --set measurements.centroid.every=30 looks at the start and at the end',
    ],
    ['every=5 steps=3000', 'is 5, which are 601 looks in 3000 steps, and a series has 500 points at most: --set measurements.centroid.every=7'], // prettier-ignore
    ['every=10 data.heldOut=0', 'looks at training images that are held out while the run trains, and there are none: --set data.heldOut=500, or leave it out'], // prettier-ignore
  ])('is refused with what to do: %s', async (changes, says) => {
    const overrides = `measurements.centroid.${changes}`.split(' ');
    const message = `looking cannot be run so:\n  - measurements.centroid.every: ${says}\nNothing was run or written.`;
    expect(refused(one, overrides)).toBe(message);
    const folder = mkdtempSync(join(tmpdir(), 'looking-'));
    const session = quietly(join(folder, 'runs'));
    const dry = dryRun({ experiment: one, selection: { overrides }, machine: CPU, session });
    await expect(dry).rejects.toThrow(message);
    rmSync(folder, { recursive: true });
  });

  test.each(['0', '-1', '1.5', 'often'])('looks after a number of steps, which is not %s', (every) => {
    expect(() => resolveRuns(one, { overrides: [`measurements.centroid.every=${every}`] })).toThrow(
      /measurements\.centroid\.every/,
    );
  });
});

describe('what is known of images without having them', () => {
  test.each([
    { labelled: 40, unlabelled: 'all', heldOut: 100 },
    { labelled: 40, unlabelled: 'rest', heldOut: 0 },
    { labelled: 'all', unlabelled: 'all', heldOut: 100 },
  ] as const)('is what there is: %j', async (parts) => {
    const declared = { source: 'fashion-mnist', images: 'embedded', ...parts } as const;
    const { title: _, ...known } = knownOf(
      await prepareData({ dataSet: fashionMnist, data: declared }, seeds(1).split),
    );
    expect(knownBefore({ dataSet: fashionMnist, data: declared })).toEqual({
      data: { title: 'Fashion-MNIST', ...known },
      problems: [],
    });
  });

  test('is told where they are here too', async () => {
    const declared = { source: 'fashion-mnist', images: 'embedded', labelled: 25, heldOut: 0 };
    await expect(prepareData({ dataSet: fashionMnist, data: declared }, seeds(1).split)).rejects.toThrow(
      /data\.labelled: 25 cannot be/,
    );
  });

  test('may be little', () => {
    const parts = { labelled: 'all', unlabelled: 'all', heldOut: 0 } as const;
    expect(knownBefore({ dataSet: imageNet, data: { source: 'imagenet', ...parts } })).toEqual({
      data: { title: 'ImageNet', channels: 3 },
      problems: [],
    });
    expect(
      knownBefore({ dataSet: fashionMnist, data: { source: 'fashion-mnist', images: 'any', ...parts } }).data.parts,
    ).toBeUndefined();
    expect(knownBefore({ dataSet: cifar100, data: { source: 'cifar100', ...parts } }).data).toMatchObject({
      classes: 100,
      parts: { labelled: 50_000 },
    });
  });
});

describe('the headline', () => {
  const headline = (changed: object) => ({ headline: { ...STUDY.headline, ...changed } });
  test.each([
    [
      'a metric that nothing measures',
      headline({ metric: 'linear-top2' }),
      "headline.metric is 'linear-top2', which nothing here measures. Did you mean 'linear-top1'? Valid here: accuracy, centroid, linear-top1, linear-top5.",
    ],
    [
      'a sanity row',
      headline({ metric: 'centroid-pixels' }),
      "headline.metric is 'centroid-pixels', which nothing here measures.",
    ],
    [
      'images that nothing is measured on',
      headline({ split: 'validation' }),
      "headline.split is 'validation', and what is measured is of 'test'",
    ],
    [
      'a median of one number',
      headline({ rule: 'median-last-20' }),
      "headline.rule is median-last-20, and 'linear-top1' is measured after the last step alone: the rule for it is 'last'",
    ],
    [
      'a median of fewer numbers than it takes',
      { ...headline({ metric: 'accuracy', rule: 'median-last-20' }), spec: { ...STUDY.spec, steps: 19 } },
      'headline.rule is median-last-20, which needs 20 steps, and there are 19: --set steps=20',
    ],
  ])('that is %s is refused when runs are resolved', (_, study, message) => {
    expect(() => resolveRuns(experiment({}, study))).toThrow(message);
  });

  test('is one number: two evaluations of one name are refused', () => {
    const { linear } = STUDY.evaluations;
    const twice = { ...STUDY, evaluations: { linear, again: linear } };
    const one = defineExperiment(softmaxRegression, twice as never, {
      dataSets: [fashionMnist, imageNet],
      evaluations: { linear: linearProbe, again: linearProbe },
      measurements: { centroid: nearestCentroid },
    });
    expect(() => resolveRuns(one)).toThrow(
      "evaluations.linear and evaluations.again all make the measure 'linear-top1' of the teacher",
    );
  });

  test('may be measured at other tiers alone', () => {
    const { linear } = STUDY.evaluations;
    const elsewhere = { tiers: { small: {}, paper: {} }, evaluations: { linear: { ...linear, tiers: ['paper'] } } };
    expect(resolveRuns(experiment({}, elsewhere), { tier: 'small' })).toHaveLength(4);
  });
});

describe('the name of an experiment', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'named-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const TINY = join(import.meta.dirname, 'programs', 'tiny.experiment.ts');
  /** The tiny experiment under the name of another file. */
  const copy = (file: string): string => {
    const to = join(folder, file);
    writeFileSync(to, `export { default } from '${TINY}';\n`);
    return to;
  };

  test('is that of its file', async () => {
    expect((await loadExperiment(TINY)).study.name).toBe('tiny');
    await expect(loadExperiment(copy('copied.experiment.ts'))).rejects.toThrow(
      /copied\.experiment\.ts declares the name 'tiny', whose runs and report it would write over;.*name: 'copied'/,
    );
  });

  test('is not that of another experiment', async () => {
    const there = copy('tiny.experiment.ts');
    const message = /declares the name 'tiny', which is that of .*tiny\.experiment\.ts: it would write over its runs/;
    await expect(loadExperiment(TINY, {}, folder)).rejects.toThrow(message);
    await expect(loadExperiment(copy('other.ts'), {}, folder)).rejects.toThrow(message);
    expect((await loadExperiment(there, {}, folder)).study.name).toBe('tiny');
  });
});
