import { key } from '@spatial-ensemble/random';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { byol, ByolSpec, RECIPES } from '../src/index.ts';
import { givenBy, networksOf } from '../src/model.ts';
import { RES_NET } from '../src/res-net.ts';
import { type KnownData, parse } from '@spatial-ensemble/record';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const official = ByolSpec.parse(RECIPES.byol);
const momentum2 = ByolSpec.parse(RECIPES.momentum2);
const specOfTeacher = (value: number): ByolSpec['teacher'] => ({
  kind: 'tma',
  momentum: { kind: 'cosine', value },
  buffers: 'own',
});
const opsOf = (spec: ByolSpec, view: 'one' | 'two') =>
  byol.bind(spec).streams['unlabelled']!.views[view]!.map(({ op }) => op);

describe('the recipe byol', () => {
  it("is DeepMind's (byol/configs/byol.py, byol/utils/augmentations.py)", () => {
    expect(official).toMatchObject({
      epochs: 300,
      batch: 4096,
      optimiser: { kind: 'lars', learningRate: 0.3, momentum: 0.9, weightDecay: 1e-6, trust: 1e-3 },
      teacher: { kind: 'tma', momentum: { kind: 'cosine', value: 0.99 }, buffers: 'own' },
      follows: 'after-step',
      network: { projector: { hidden: 4096, outputs: 256, hiddenBias: true, outputBias: false } },
    });
  });

  it('crops, flips, jitters, greys, blurs, and inverts in the second view alone', () => {
    const first = ['random-resized-crop', 'flip', 'color-jitter', 'grayscale', 'gaussian-blur'];
    expect(opsOf(official, 'one')).toEqual(first);
    expect(opsOf(official, 'two')).toEqual([...first, 'solarize']);
  });

  it('starts at a rate of 0, reaches 0.3 · 4096/256 after ten epochs, and ends at 0', () => {
    const [steps, warm] = [byol.steps(official), Math.ceil((10 * 1_281_167) / 4096)];
    expect(steps).toBe(93_835);
    expect(byol.bind(official).at(0)['learningRate']).toBe(0);
    expect(byol.bind(official).at(warm)['learningRate']).toBeCloseTo(4.8, 6);
    expect(byol.bind(official).at(steps - 1)['learningRate']).toBeLessThan(1e-6);
  });

  it("moves the teacher by 1 − τ, τ from 0.99 to 1 by DeepMind's cosine", () => {
    const steps = byol.steps(official);
    expect(byol.bind(official).at(0)['momentumComplement']).toBeCloseTo(0.01, 12);
    expect(byol.bind(official).at((steps - 1) / 2)['momentumComplement']).toBeCloseTo(0.005, 6);
    expect(byol.bind(official).at(steps - 1)['momentumComplement']).toBeLessThan(1e-10);
  });
});

describe('the recipe momentum2', () => {
  it("is the official STS code's", () => {
    expect(momentum2).toMatchObject({
      epochs: 200,
      batch: 256,
      optimiser: { kind: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 },
      teacher: {
        kind: 'sts',
        momentum: { kind: 'cosine', value: 0.99 },
        preserve: { kind: 'constant', value: 0.7 },
        granularity: 'tensor',
        buffers: 'own',
        firstCopy: 'whole',
      },
      follows: 'before-step',
      network: { projector: { outputBias: true } },
    });
  });

  it('blurs before it greys, and flips late', () => {
    const first = ['random-resized-crop', 'color-jitter', 'gaussian-blur', 'grayscale', 'flip'];
    expect(opsOf(momentum2, 'one')).toEqual(first);
    expect(opsOf(momentum2, 'two')).toEqual([...first, 'solarize']);
  });

  it('warms up from 1e-6 to 0.05', () => {
    expect(byol.bind(momentum2).at(0)['learningRate']).toBeCloseTo(1e-6, 12);
    expect(byol.bind(momentum2).at(25_000)['learningRate']).toBeCloseTo(0.025, 4);
    expect(byol.bind(momentum2).at(Math.ceil((10 * 1_281_167) / 256))['learningRate']).toBeCloseTo(0.05, 6);
  });

  it('has a teacher of 165 tensors, a student of 171, and an effective momentum of 0.997', () => {
    const { online, target } = networksOf(momentum2, givenBy(RES_NET, momentum2.network));
    expect(Object.keys(target.metas.params)).toHaveLength(165);
    expect(Object.keys(online.metas.params)).toHaveLength(171);
    expect(byol.bind(momentum2).at(0)['effectiveMomentum']).toBeCloseTo(0.997, 12);
  });
});

const CLOTHES: KnownData = {
  title: 'Fashion-MNIST',
  channels: 1,
  classes: 10,
  parts: { labelled: 255, unlabelled: 255, heldOut: 0, notHeldOut: 255 },
};

describe('a spec', () => {
  it.each(Object.entries(RECIPES))('of the recipe %s is whole: it parses to itself', (_, recipe) => {
    const spec = ByolSpec.parse(recipe);
    expect(ByolSpec.parse(spec)).toEqual(spec);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });

  it.each([
    [{ teacher: { kind: 'tma', preserve: 0.5 } }, "unknown key 'preserve'"],
    [{ teacher: { kind: 'none', momentum: 0 } }, "unknown key 'momentum'"],
    [{ optimiser: { ...RECIPES.momentum2.optimiser, trust: 1e-3 } }, "unknown key 'trust'"],
    [{ views: { ...RECIPES.byol.views, flip: 50 } }, 'views.flip'],
    [{ warmup: { epochs: 10 } }, "unknown key 'warmup'. Did you mean 'warmUp'?"],
    [{ images: 10, epochs: 2 }, 'images: epochs times images are fewer than one batch of 256: 2 · 10'],
    [{ batch: 1 }, 'batch: must be 2 or more, got 1: batch norm makes all projections of one image the same'],
    [{ steps: 20 }, 'warmUp.epochs: 10 epochs are 50046 steps, more than the 20 of the run'],
    [{ epochs: 9 }, 'warmUp.epochs: 10 epochs are 50046 steps, more than the 45041 of the run'],
    [
      { warmUp: { epochs: 1, from: 0.1 } },
      'warmUp.from: 0.1 is above the rate that it warms up to, 0.05 with 256 images a step',
    ],
    [
      { network: { ...RECIPES.momentum2.network, predictor: { ...RECIPES.momentum2.network.predictor, outputs: 7 } } },
      "network.predictor.outputs: must be the projector's 256, got 7",
    ],
    [
      { network: { ...RECIPES.momentum2.network, mean: [123.7, 116.3, 103.5] } },
      'network.mean.0: must be a number in [0, 1], got 123.7',
    ],
    [
      { network: { ...RECIPES.momentum2.network, deviation: [0, 0.2, 0.2] } },
      'network.deviation.0: must be a number in (0, 1], got 0',
    ],
    [
      { views: { ...RECIPES.momentum2.views, size: 1 } },
      'views.size: must be 32 or more, got 1: the network makes one place of 32 x 32 pixels',
    ],
    [
      { views: { ...RECIPES.momentum2.views, evaluationResize: 223 } },
      'views.evaluationResize: must be views.size, 224, or more, got 223: the middle of that size is cropped from it',
    ],
    [{ views: { ...RECIPES.momentum2.views, scale: [2, 1] } }, 'views.scale.0: must be a number in (0, 1], got 2'],
    [
      { views: { ...RECIPES.momentum2.views, scale: [1, 0.08] } },
      'views.scale: must go from the smaller share to the larger, as in [0.08, 1]',
    ],
    [{ network: { ...RECIPES.momentum2.network, mean: [0.5] } }, 'network.mean: has 1 numbers for 3 channels'],
    [
      { adversarial: { batchNorm: 'dual' } },
      "adversarial.batchNorm: needs stream: 'dual': where the student learns of adversarial views alone",
    ],
    [{ adversarial: { stream: 'both' } }, 'adversarial.stream'],
  ])('refuses %j', (patch, message) => {
    expect(() => parse(ByolSpec, { ...RECIPES.momentum2, ...patch }, 'the spec')).toThrow(message);
  });

  it('has nothing of two streams or two sets of norms unless they are asked for', () => {
    const adversarial = { norm: 'linf', epsilon: 8 / 255, stepSize: 2 / 255, steps: 7 };
    expect(ByolSpec.parse({ ...RECIPES.byol, adversarial: {} }).adversarial).toStrictEqual(adversarial);
    const dual = { stream: 'dual', batchNorm: 'dual' } as const;
    expect(ByolSpec.parse({ ...RECIPES.byol, adversarial: dual }).adversarial).toEqual({ ...adversarial, ...dual });
  });

  it('says what cannot be on images', () => {
    expect(byol.check!({ ...momentum2, teacher: specOfTeacher(1) }, CLOTHES)).toEqual([
      { key: 'probe.classes', says: 'is 1000, and Fashion-MNIST has 10 classes: --set probe.classes=10' },
      { key: 'network.channels', says: 'is 3, and Fashion-MNIST has 1 channel: --set network.channels=1' },
      { key: 'teacher.momentum', says: 'is 1 at every step: the teacher would stay as it was before the first' },
      { key: 'batch', says: 'a batch of 256 is more than the 255 unlabelled images that there are' },
    ]);
    expect(byol.check!({ ...byol.smoke(momentum2), teacher: specOfTeacher(0.99) }, CLOTHES)).toEqual([]);
    expect(byol.epoch!(momentum2)).toEqual({ key: 'images', images: 1_281_167, stream: 'unlabelled' });
    expect([byol.stride!(momentum2), byol.stride!(byol.smoke(momentum2))]).toEqual([32, 4]);
  });

  it('leaves operations out that never happen', () => {
    const views: ByolSpec['views'] = {
      ...RECIPES.byol.views,
      flip: 0,
      jitter: { ...RECIPES.byol.views.jitter, p: 0 },
      grayscale: 0,
      blur: [0, 0],
      solarize: [0, 0],
    };
    expect(opsOf({ ...official, views }, 'two')).toEqual(['random-resized-crop']);
  });

  it.each(Object.entries(RECIPES))('of %s shrinks to a run of seconds that keeps its kind', (_, recipe) => {
    const spec = ByolSpec.parse(recipe);
    const small = byol.smoke(spec);
    expect(ByolSpec.parse(small)).toEqual(small);
    expect(small).toMatchObject({ teacher: spec.teacher, follows: spec.follows, optimiser: spec.optimiser });
    expect(byol.steps(small)).toBeLessThan(20);
  });
});

describe('evaluations', () => {
  it('see the shorter side resized and the middle cropped, or the image as it is', () => {
    expect(byol.bind(momentum2).encodes!.view.map(({ op }) => op)).toEqual(['resize', 'center-crop']);
    expect(byol.bind(official).encodes!.view).toMatchObject([
      { op: 'resized-center-crop', size: 224, share: 224 / 256 },
    ]);
    expect(byol.bind(byol.smoke(official)).encodes!.view).toEqual([]);
  });

  it('have features of the width that the method says, and predictions of the probe', () => {
    const spec = byol.smoke(momentum2);
    const { init, student, teacher, encodes, classifies } = byol.bind(spec);
    const state = init(key(2));
    const images = tf.zeros([3, 28, 28, 1], 'int32');
    expect(encodes!.encode(teacher(state), images).shape).toEqual([3, encodes!.features]);
    expect(classifies!.predict(student(state), images).shape).toEqual([3, 10]);
  });
});

it('the teacher starts as the student without its predictor; another key is another start', () => {
  const spec = byol.smoke(official);
  const [state, other] = [byol.bind(spec).init(key(3)), byol.bind(spec).init(key(4))];
  const { student, teacher } = state;
  expect(Object.keys(teacher!.params).some((name) => name.startsWith('predictor'))).toBe(false);
  expect(Object.keys(student.params).some((name) => name.startsWith('predictor'))).toBe(true);
  for (const [name, tensor] of Object.entries(teacher!.params))
    expect([...tensor.dataSync()]).toEqual([...student.params[name]!.dataSync()]);
  const stem = (from: typeof state) => [...from.student.params['encoder.conv1.kernel']!.dataSync()];
  expect(stem(other)).not.toEqual(stem(state));
  expect(byol.bind(byol.smoke({ ...spec, teacher: { kind: 'none' } })).init(key(3)).teacher).toBeUndefined();
});
