import { fashionMnist } from '@spatial-ensemble/datasets';
import { key } from '@spatial-ensemble/random';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { knnMeasurement, KnnSpec, linearEvaluation, type ProtocolName } from '../src/index.ts';
import { tinyPretraining } from './tiny-pretraining.ts';
import { defineExperiment, resolveRuns } from '@spatial-ensemble/study';

const linear = linearEvaluation(tinyPretraining);
type Spec = Parameters<typeof linear.steps>[0];

const DECLARED = {
  protocol: 'sts',
  whose: 'teacher',
  classes: 1000,
  images: 1_281_167,
  pretraining: { steps: 1, features: 2048, pixels: 784 },
};

const specOf = (changes: object = {}): Spec => linear.schema.parse({ ...DECLARED, ...changes });

beforeAll(() => tf.setBackend('cpu'));

describe('the protocols', () => {
  const ofImageNet: [ProtocolName, number, number][] = [
    ['sts', Math.floor((80 * 1_281_167) / 256), 0.2],
    ['moco', Math.floor((100 * 1_281_167) / 256), 30],
    ['byol', Math.floor((80 * 1_281_167) / 1024), 0.8],
  ];

  it.each(ofImageNet)(
    '%s takes %d steps on ImageNet, the first with a learning rate of %d',
    (protocol, steps, rate) => {
      const spec = specOf({ protocol });
      expect(linear.steps(spec)).toBe(steps);
      expect(linear.bind(spec).at(0)['learningRate']).toBeCloseTo(rate, 12);
    },
  );

  it.each(['sts', 'byol'] as const)('%s ends its half cosine at 0', (protocol) => {
    const spec = specOf({ protocol, images: 51_200 });
    const steps = linear.steps(spec);
    const share = (step: number): number =>
      linear.bind(spec).at(step)['learningRate']! / linear.bind(spec).at(0)['learningRate']!;
    expect(share(steps / 4)).toBeCloseTo(0.853553, 6);
    expect(share(steps / 2)).toBeCloseTo(0.5, 12);
    expect(share((3 * steps) / 4)).toBeCloseTo(0.146447, 6);
    expect(share(steps)).toBeCloseTo(0, 12);
  });

  it('moco takes a tenth after 60 and after 80 epochs', () => {
    const spec = specOf({ protocol: 'moco', images: 2560 });
    const rates = [0, 59, 60, 79, 80, 99].flatMap((epoch) =>
      [0, 9].map((step) => linear.bind(spec).at(10 * epoch + step)['learningRate']!),
    );
    [30, 30, 30, 30, 3, 3, 3, 3, 0.3, 0.3, 0.3, 0.3].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 12));
  });

  it('scale the rate with the batch, and are as long as a spec says', () => {
    const spec = specOf({ batch: 64, epochs: 3, images: 6400, learningRate: 0.1 });
    expect(linear.steps(spec)).toBe(300);
    expect(linear.bind(spec).at(0)['learningRate']).toBeCloseTo(0.025, 12);
  });

  it('have their own first weights and batch norm', () => {
    const initial = (protocol: ProtocolName) => {
      const spec = specOf({ protocol, classes: 100 });
      const run = tinyPretraining.bind({ ...spec.pretraining, features: 2, pixels: 2 }).init(key('run'));
      const { params, buffers } = linear.bind(spec).init(key('head'), run).variables;
      const kernel = params['classifier.kernel']!;
      const [spread, most] = tf.tidy(() =>
        [tf.moments(kernel).variance, tf.max(tf.abs(kernel))].map((x) => x.dataSync()[0]!),
      );
      const bias = Math.max(...params['classifier.bias']!.dataSync().map(Math.abs));
      return { spread: Math.sqrt(spread!), most: most!, bias, buffers: Object.keys(buffers) };
    };
    for (const protocol of ['sts', 'moco'] as const) {
      const { spread, bias } = initial(protocol);
      expect(spread).toBeCloseTo(0.01, 4);
      expect(bias).toBe(0);
    }
    expect(initial('sts').buffers).toEqual(['classifier-norm.mean', 'classifier-norm.variance']);
    expect(initial('moco').buffers).toEqual([]);
    // The standard deviation of a normal that is cut off at two of its own is 0.8796 of it.
    const { spread, most } = initial('byol');
    expect(spread * Math.sqrt(2048)).toBeCloseTo(0.88, 2);
    expect(most * Math.sqrt(2048)).toBeLessThan(2.0001);
    expect(most * Math.sqrt(2048)).toBeGreaterThan(1.999);
  });

  it('crop in the arithmetic of their source', () => {
    const view = (protocol: ProtocolName) => linear.bind(specOf({ protocol })).streams['labelled']!;
    const crop = { op: 'random-resized-crop', size: 224, scale: [0.08, 1], ratio: [3 / 4, 4 / 3] };
    const flip = { op: 'flip', p: 0.5 };
    expect(view('byol')).toEqual({
      batch: 1024,
      views: { image: [{ ...crop, interpolation: 'bicubic', style: 'deepmind' }, flip] },
    });
    for (const protocol of ['sts', 'moco'] as const)
      expect(view(protocol)).toEqual({
        batch: 256,
        views: { image: [{ ...crop, interpolation: 'bilinear', style: 'torchvision' }, flip] },
      });
    expect(linear.bind(specOf({ augment: { kind: 'shift' } })).streams['labelled']!.views['image']).toEqual([
      flip,
      { op: 'shift', max: 4, mode: 'reflect' },
    ]);
  });
});

describe('a spec', () => {
  it('caches features where training images are not varied', () => {
    expect(linear.bind(specOf({ augment: { kind: 'none' } })).feeds).toMatchObject({ view: [] });
    expect(linear.bind(specOf()).feeds).toBeUndefined();
    expect(linear.bind(specOf({ augment: { kind: 'shift' } })).feeds).toBeUndefined();
  });

  it('is complete once parsed, and follows its protocol when that is changed afterwards', () => {
    const spec = specOf();
    expect(linear.schema.parse(spec)).toEqual(spec);
    expect(linear.steps(linear.schema.parse({ ...spec, protocol: 'byol' }))).toBe(
      linear.steps(specOf({ protocol: 'byol' })),
    );
  });

  it('names its measures after the network, and sanity rows after what they are', () => {
    const named = (changes: object) =>
      linear.scores!(specOf(changes)).map(({ name, whose, top }) => [name, whose, top]);
    expect(named({})).toEqual([
      ['linear-top1', 'teacher', 1],
      ['linear-top5', 'teacher', 5],
    ]);
    expect(named({ name: 'linear-moco', whose: 'untrained' })).toEqual([
      ['linear-moco-top1-untrained', 'none', 1],
      ['linear-moco-top5-untrained', 'none', 5],
    ]);
    expect(named({ input: { kind: 'pixels', count: 784 }, classes: 3 })).toEqual([
      ['linear-top1-pixels', 'none', 1],
      ['linear-top5-pixels', 'none', 3],
    ]);
  });

  it('counts the last epoch, unless it asks for what a recipe of its own reports', () => {
    const everyOf = (spec: ReturnType<typeof specOf>) => linear.scores!(spec).map(({ bestEvery }) => bestEvery);
    expect(everyOf(specOf())).toEqual([undefined, undefined]);
    expect(everyOf(specOf({ checkpoint: 'best-on-test', images: 2560 }))).toEqual([100, 100]);
    expect(everyOf(specOf({ checkpoint: 'best-on-test', images: 2560, protocol: 'moco' }))).toEqual([10, 10]);
    expect(() => specOf({ checkpoint: 'best-on-test', protocol: 'byol' })).toThrow(/byol reports the last epoch/);
  });

  it.each([
    [{ images: 1, epochs: 1 }, /fewer than one batch of 256: 1 · 1/],
    [{ batch: 1 }, /must be 2 or more, got 1: the protocol sts has batch norm/],
    [{ augment: { kind: 'random-resized-crop', scale: [1, 0.5] } }, /must go from the smaller share to the larger/],
    [{ protocol: 'simclr' }, /protocol/],
    [{ weightDecay: 0 }, /weightDecay/],
    [{ name: 'knn' }, /must begin with linear/],
    [{ name: 'linear-pixels' }, /sanity row/],
  ])('is refused: %j', (changes, message) => {
    expect(() => specOf(changes)).toThrow(message);
  });

  it('of 18 images in batches of 8 takes 4 steps in two epochs; of more images than there are it is refused', () => {
    const spec = specOf({ images: 18, batch: 8, epochs: 2 });
    expect(linear.steps(spec)).toBe(4);
    expect(linear.epoch!(spec)).toEqual({ key: 'images', images: 18, stream: 'labelled' });
  });

  it('says what cannot be on images', () => {
    const parts = { labelled: 255, unlabelled: 255, heldOut: 0, notHeldOut: 255 };
    const clothes = { title: 'Fashion-MNIST', channels: 1, height: 28, width: 28, classes: 10, parts };
    expect(linear.check!(specOf({ input: { kind: 'pixels', count: 3072 } }), clothes)).toEqual([
      { key: 'classes', says: 'is 1000, and Fashion-MNIST has 10 classes: --set classes=10' },
      { key: 'batch', says: 'a batch of 256 is more than the 255 labelled images that there are' },
      { key: 'input.count', says: 'is 3072, and an image has 28 x 28 x 1 values: --set input.count=784' },
    ]);
    const fits = specOf({ classes: 10, batch: 255, input: { kind: 'pixels', count: 784 } });
    expect(linear.check!(fits, clothes)).toEqual([]);
    expect(knnMeasurement.check!(KnnSpec.parse({ k: 256, bank: 300 }), clothes)).toEqual([
      {
        key: 'k',
        says: '256 neighbours are asked for, and there are 255 training images that are not held out: --set k=255',
      },
      {
        key: 'bank',
        says: '300 images are to be in the bank, and there are 255 training images that are not held out: --set bank=255',
      },
    ]);
    expect(knnMeasurement.check!(KnnSpec.parse({ k: 200, bank: 255 }), clothes)).toEqual([]);
  });

  it('has a form of seconds', () => {
    const small = linear.schema.parse(linear.smoke(specOf({ checkpoint: 'best-on-test' })));
    expect(linear.steps(small)).toBe(3);
    expect(small.pretraining).toEqual(DECLARED.pretraining);
  });
});

describe('a linear evaluation', () => {
  it('starts from a finished run', () => {
    expect(() => linear.bind(specOf()).init(key(1))).toThrow(/starts from a finished run/);
  });

  it('keeps the weights of whom it names', () => {
    const run = () => tinyPretraining.bind({ steps: 1, features: 4, pixels: 9 }).init(key('run'));
    const kept = (whose: string): number[] => [
      ...linear.bind(specOf({ whose })).init(key('head'), run()).variables.params['encoder.kernel']!.dataSync(),
    ];
    const values = ({ params }: { params: { readonly [name: string]: tf.Tensor } }) => [
      ...params['encoder.kernel']!.dataSync(),
    ];
    expect(kept('teacher')).toEqual(values(run().teacher));
    expect(kept('student')).toEqual(values(run().student));
    expect(kept('untrained')).toEqual(values(run().student));
    const pixels = linear.bind(specOf({ input: { kind: 'pixels', count: 9 } })).init(key('head'), run());
    expect(Object.keys(pixels.variables.params)).not.toContain('encoder.kernel');
  });

  it('is of a method that has an encoder', () => {
    const without = (spec: Parameters<typeof tinyPretraining.bind>[0]) => {
      const { encodes: _, ...rest } = tinyPretraining.bind(spec);
      return rest;
    };
    expect(() => linearEvaluation({ ...tinyPretraining, bind: without }).bind(specOf())).toThrow(
      /tiny cannot be evaluated/,
    );
  });
});

describe('a study', () => {
  const experiment = defineExperiment(
    tinyPretraining,
    {
      name: 'tiny',
      title: 'Tiny',
      paper: [],
      cost: { hardware: 'none', basis: 'none' },
      data: { source: 'fashion-mnist', labelled: 'all', heldOut: 0 },
      spec: DECLARED.pretraining,
      arms: { only: { title: 'only' } },
      seeds: [1],
      tiers: { paper: {}, small: { patch: { evaluations: { linear: { spec: { epochs: 2 } } } } } },
      headline: { metric: 'linear-top1', whose: 'teacher', rule: 'last' },
      evaluations: {
        linear: {
          title: 'Linear',
          method: 'linear',
          whose: 'teacher',
          spec: { protocol: 'sts', classes: 10, images: 2560 },
        },
      },
      measurements: { knn: {} },
    },
    { dataSets: [fashionMnist], evaluations: { linear }, measurements: { knn: knnMeasurement } },
  );
  const resolved = (tier: 'paper' | 'small' | 'smoke', ...overrides: string[]) =>
    resolveRuns(experiment, { tier, overrides })[0]!;

  it('declares it with the measures that belong beside it', () => {
    const { evaluations, measurements } = resolved('paper');
    expect(evaluations[0]).toMatchObject({
      steps: 800,
      spec: { whose: 'teacher', pretraining: DECLARED.pretraining },
    });
    expect(measurements).toMatchObject({
      knn: { name: 'knn', version: 1, spec: { k: 200, temperature: 0.1, bank: 'all' } },
    });
  });

  it('patches it and sets parts of it', () => {
    expect(resolved('small').evaluations[0]!.steps).toBe(20);
    const moco = resolved('paper', 'evaluations.linear.protocol=moco', 'evaluations.linear.batch=128').evaluations[0]!;
    expect(moco.steps).toBe(2000);
    expect(moco.method.bind(moco.spec).at(0)).toEqual({ learningRate: 15 });
  });

  it('has a smoke form of it', () => {
    const { evaluations, measurements } = resolved('smoke');
    expect(evaluations[0]!.steps).toBe(3);
    expect(measurements).toMatchObject({ knn: { spec: { k: 20, bank: 200 } } });
  });
});
