import type { Selection } from '@spatial-ensemble/study';
import { expect, test } from 'vitest';
// The program knows experiments by their files; none of them needs it.
import { dryRun, type Experiment } from '../../packages/command/src/index.ts';
import { CPU, quietly } from '../../packages/command/test/quietly.ts';
import byolImageNet from '../byol-imagenet.experiment.ts';
import mocoImageNet from '../moco-imagenet.experiment.ts';
import quickstart from '../quickstart.experiment.ts';

const refused = (experiment: Experiment, selection: Selection): Promise<void> =>
  dryRun({ experiment, selection, machine: CPU, session: quietly('runs') });

const LINEAR = 'evaluations.linear';

test.each<[Experiment, Partial<Selection>, string[], RegExp]>([
  [
    byolImageNet,
    { arms: ['sts'] },
    ['views.evaluationResize=200'],
    /views\.evaluationResize: must be views\.size, 224, or more, got 200/,
  ],
  [
    byolImageNet,
    { tier: 'small', arms: ['tma'] },
    ['batch=1'],
    /batch: must be 2 or more, got 1: batch norm makes all/,
  ],
  [
    byolImageNet,
    { tier: 'small', arms: ['tma'] },
    ['warmUp.epochs=200'],
    /warmUp\.epochs: 200 epochs are 31250 steps, more than the 2500 of the run/,
  ],
  [
    byolImageNet,
    { tier: 'small', arms: ['tma'] },
    ['batch=10001', 'warmUp.epochs=0'],
    /batch: a batch of 10001 is more than the 10000 unlabelled images that there are/,
  ],
  [byolImageNet, { tier: 'small', arms: ['tma'] }, ['views.size=1'], /views\.size: must be 8 or more, got 1/],
  [
    byolImageNet,
    { tier: 'small', arms: ['tma'] },
    ['views.scale=[2,1]'],
    /views\.scale\.0: must be a number in \(0, 1\], got 2/,
  ],
  [
    byolImageNet,
    { tier: 'small', arms: ['tma'] },
    ['images=60000'],
    /images: 60000 images are said to be an epoch, and Fashion-MNIST has 10000 unlabelled ones: --set images=10000/,
  ],
  [
    byolImageNet,
    { tier: 'small', arms: ['tma'] },
    ['teacher.momentum=1'],
    /teacher\.momentum: is 1 at every step: the teacher would stay as it was/,
  ],
  [
    byolImageNet,
    { tier: 'small', arms: ['tma'] },
    [`${LINEAR}.images=1281167`, `${LINEAR}.epochs=2`, `${LINEAR}.batch=8`, `${LINEAR}.data.labelled=20`],
    /evaluations\.linear\.images: 1281167 images are said to be an epoch, and Fashion-MNIST has 20 labelled ones: --set evaluations\.linear\.images=20/,
  ],
  [
    byolImageNet,
    { tier: 'small', arms: ['tma'] },
    [`${LINEAR}.whose=untrained`],
    /evaluations\.linear and evaluations\.linear-untrained all make the measure 'linear-top1-untrained' of neither student nor teacher/,
  ],
  [
    byolImageNet,
    { tier: 'small', arms: ['tma'] },
    ['evaluations.linear-pixels.input.count=3072'],
    /evaluations\.linear-pixels\.input\.count: is 3072, and an image has 28 x 28 x 1 values: --set evaluations\.linear-pixels\.input\.count=784/,
  ],
  [
    byolImageNet,
    { tier: 'small', arms: ['tma'] },
    ['measurements.knn.bank=10001', 'measurements.knn.k=10001'],
    /measurements\.knn\.k: 10001 neighbours .*: --set measurements\.knn\.k=10000\n.*measurements\.knn\.bank: .*--set measurements\.knn\.bank=10000/,
  ],
  [
    mocoImageNet,
    { tier: 'small', arms: ['tma'] },
    ['queue=2000'],
    /queue: must hold whole batches, and 2000 is no multiple of 64: --set queue=1984/,
  ],
  [
    mocoImageNet,
    { tier: 'small', arms: ['tma'] },
    ['queue=10240'],
    /queue: a queue of 10240 is more than the 10000 unlabelled images/,
  ],
  [
    mocoImageNet,
    { tier: 'small', arms: ['tma'] },
    ['network.batchNorm.groups=5'],
    /network\.batchNorm\.groups: must divide the batch/,
  ],
  [
    quickstart,
    {},
    ['network.classes=12'],
    /network\.classes: is 12, and Fashion-MNIST has 10 classes: --set network\.classes=10/,
  ],
  [quickstart, {}, ['augment.cutout=29'], /augment\.cutout: a square of 29 pixels is larger than the image, 28/],
  [
    quickstart,
    {},
    ['augment.shift=28'],
    /the view 'weak' of labelled images: .*`max` must be a whole number of pixels from 0 to 27/,
  ],
  [
    quickstart,
    {},
    ['network.depth=9'],
    /network\.depth: must be 1 \+ groups · \(2 · units \+ 1\), with 3 groups 10, 16 or 28, got 9/,
  ],
  [
    quickstart,
    {},
    ['data.labelled=45'],
    /data\.labelled: 45 cannot be the same number of each of 10 classes: --set data\.labelled=50/,
  ],
  [byolImageNet, { tier: 'small', arms: ['tma'] }, ['data.folder=val'], /data\.folder: .* It is an option of imagenet/],
  [quickstart, {}, ['data.imges=full'], /data\.imges/],
  [quickstart, {}, ['data.images=ful'], /data\.images: .*Did you mean 'full'/],
  [quickstart, {}, ['data.source=cifar10'], /data\.source: .*fashion-mnist/],
  [
    quickstart,
    { arms: ['sts'] },
    ['teacher.preserve=70'],
    /teacher\.preserve: must be a number in \[0, 1\], got 70\. Did you pass a percentage\? 70 % is 0\.7/,
  ],
  [quickstart, {}, ['steps=3', 'steps=4'], /--set steps is given twice/],
  [quickstart, { arms: ['tma'] }, ['arm=sts'], /--set arm=sts and --arm tma both choose/],
  [quickstart, { seeds: [2 ** 53] }, [], /--seed takes a whole number from 0 to 4294967295, got 9007199254740992/],
])('before a run: %#', async (experiment, selection, overrides, message) => {
  await expect(refused(experiment, { ...selection, overrides })).rejects.toThrow(message);
});
