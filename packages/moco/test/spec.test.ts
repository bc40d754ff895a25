import { compileStep } from '@spatial-ensemble/engine';
import { key, words } from '@spatial-ensemble/random';
import { parse } from '@spatial-ensemble/record';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { numbersOf, told, unlabelledBatch } from '../../teacher/test/replay.ts';
import { moco, MocoSpec, type MocoInput, type MocoState } from '../src/index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const specOf = (input: MocoInput): MocoSpec => MocoSpec.parse(input);

describe('the default spec', () => {
  const spec = specOf({});

  it("is MoCo v2's (facebookresearch/moco main_moco.py)", () => {
    expect(spec).toMatchObject({
      epochs: 200,
      batch: 256,
      queue: 65_536,
      temperature: 0.2,
      shuffle: true,
      network: { batchNorm: { groups: 8 }, projector: { hidden: 2048, outputs: 128 }, zeroInitResidual: false },
      optimiser: { learningRate: 0.03, momentum: 0.9, weightDecay: 1e-4 },
      teacher: { kind: 'tma', momentum: { kind: 'constant', value: 0.999 }, buffers: 'own' },
    });
  });

  it('is whole: it parses to itself', () => {
    expect(specOf(spec)).toEqual(spec);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });

  it("makes sts with the paper's preserve probability for MoCo", () => {
    expect(specOf({ teacher: { kind: 'sts' } }).teacher).toMatchObject({
      preserve: { kind: 'constant', value: 0.5 },
      granularity: 'tensor',
    });
  });

  it('draws both views alike: crop, jitter, grey, blur, flip', () => {
    const { one, two } = moco.bind(spec).streams['unlabelled']!.views;
    expect(two).toEqual(one);
    expect(one).toMatchObject([
      { op: 'random-resized-crop', size: 224, scale: [0.2, 1], interpolation: 'bilinear' },
      { op: 'color-jitter', p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 },
      { op: 'grayscale', p: 0.2 },
      { op: 'gaussian-blur', p: 0.5, sigma: [0.1, 2] },
      { op: 'flip', p: 0.5 },
    ]);
    const plain = specOf({ views: { blur: 0, grayscale: 0, jitter: { p: 0 }, evaluationResize: null } });
    expect(moco.bind(plain).streams['unlabelled']!.views['one']!.map(({ op }) => op)).toEqual([
      'random-resized-crop',
      'flip',
    ]);
    expect(moco.bind(plain).encodes!.view).toEqual([]);
    expect(moco.bind(spec).encodes!.view).toMatchObject([
      { op: 'resize', size: 256 },
      { op: 'center-crop', size: 224 },
    ]);
  });

  it('has one rate for an epoch of 5,004 steps, by half a cosine', () => {
    const rate = (step: number) => moco.bind(spec).at(step)['learningRate'];
    expect(moco.steps(spec)).toBe(200 * 5004);
    expect([rate(0), rate(5003)]).toEqual([0.03, 0.03]);
    expect(rate(5004)).toBeCloseTo(0.015 * (1 + Math.cos(Math.PI / 200)), 12);
    expect(rate(100 * 5004)).toBeCloseTo(0.015, 12);
  });

  it('moves the teacher by 0.001', () => {
    expect(moco.bind(spec).at(7)['momentumComplement']).toBeCloseTo(0.001, 12);
  });
});

describe('a spec', () => {
  it.each([
    [{ teacher: { kind: 'tma', granularity: 'channel' } }, "unknown key 'granularity'"],
    [{ temperatur: 0.1 }, "unknown key 'temperatur'. Did you mean 'temperature'?"],
    [{ temperature: 0 }, 'temperature'],
    [{ images: 100 }, 'images: the epochs hold no whole batch of 256: 200 · 100'],
    [{ queue: 65_000 }, 'queue: must hold whole batches, and 65000 is no multiple of 256: --set queue=65024'],
    [
      { network: { batchNorm: { groups: 3 } } },
      'network.batchNorm.groups: must divide the batch, and 256 images are no 3 equal parts',
    ],
    [{ network: { mean: [123.7, 116.3, 103.5] } }, 'network.mean.0: must be a number in [0, 1], got 123.7'],
    [{ views: { size: 31 } }, 'views.size: must be 32 or more, got 31'],
    [{ views: { evaluationResize: 200 } }, 'views.evaluationResize: must be views.size, 224, or more, got 200'],
    [{ views: { scale: [2, 1] } }, 'views.scale.0: must be a number in (0, 1], got 2'],
    [{ views: { scale: [0.5, 0.2] } }, 'views.scale: must go from the smaller share to the larger'],
    [{ network: { channels: 1 } }, 'network.mean: has 3 numbers for 1 channels'],
    [{ adversarial: { batchNorm: 'dual' } }, "adversarial.batchNorm: needs stream: 'dual'"],
  ])('refuses %j', (input, message) => {
    expect(() => parse(MocoSpec, input, 'the spec')).toThrow(message);
  });

  it('says what cannot be on images: one that stands in the queue twice is told apart from itself', () => {
    const parts = { labelled: 60, unlabelled: 255, heldOut: 0, notHeldOut: 255 };
    const clothes = { title: 'Fashion-MNIST', channels: 1, classes: 10, parts };
    expect(moco.check!(specOf({ teacher: { kind: 'se', preserve: 1 } }), clothes)).toEqual([
      { key: 'probe.classes', says: 'is 1000, and Fashion-MNIST has 10 classes: --set probe.classes=10' },
      { key: 'network.channels', says: 'is 3, and Fashion-MNIST has 1 channel: --set network.channels=1' },
      { key: 'teacher.preserve', says: 'is 1 at every step: the teacher would stay as it was before the first' },
      { key: 'batch', says: 'a batch of 256 is more than the 255 unlabelled images that there are' },
      { key: 'queue', says: 'a queue of 65536 is more than the 255 unlabelled images that there are' },
    ]);
    expect(moco.check!(moco.smoke(specOf({})), clothes)).toEqual([]);
  });

  it('shrinks to a run of seconds that keeps its kind', () => {
    const spec = specOf({ teacher: { kind: 'se', granularity: 'layer' } });
    const shrunk = moco.smoke(spec);
    expect(specOf(shrunk)).toEqual(shrunk);
    expect(shrunk).toMatchObject({ teacher: spec.teacher, temperature: spec.temperature, optimiser: spec.optimiser });
    expect(moco.steps(shrunk)).toBeLessThan(20);
  });
});

describe('the first state', () => {
  const spec = moco.smoke(specOf({}));

  it('has a queue of drawn directions, and a teacher that is the student', () => {
    const { queue, student, teacher } = moco.bind(spec).init(key(5));
    const lengths = tf.sum(tf.square(queue), 1).dataSync();
    expect(queue.shape).toEqual([32, 8]);
    for (const length of lengths) expect(length).toBeCloseTo(1, 5);
    expect(Math.abs(tf.mean(queue).dataSync()[0]!)).toBeLessThan(0.1);
    for (const [name, tensor] of Object.entries(teacher!.params))
      expect([...tensor.dataSync()]).toEqual([...student.params[name]!.dataSync()]);
  });

  it('gives features of the width that the method says, and predictions of the probe', () => {
    const { init, student, teacher, encodes, classifies } = moco.bind(spec);
    const state = init(key(2));
    const images = tf.zeros([3, 28, 28, 1], 'int32');
    expect(encodes!.encode(teacher(state), images).shape).toEqual([3, encodes!.features]);
    expect(classifies!.predict(student(state), images).shape).toEqual([3, 10]);
  });
});

describe('the step', () => {
  const spec = moco.smoke(specOf({ teacher: { kind: 'tma', momentum: 0.5 } }));
  const pixels = [...words(key('pixels'), 8 * 14 * 14)].map((word) => word & 255);
  const labels = [0, 1, 2, 3, 4, 5, 6, 7];

  function first(changed: Partial<MocoSpec>): { state: MocoState; metrics: { readonly [name: string]: number } } {
    const whole = { ...spec, ...changed };
    const step = compileStep(moco.bind(whole).step);
    const batch = unlabelledBatch<Parameters<typeof step>[1]>({ one: pixels, two: pixels }, labels, 14);
    const [state, metrics] = step(moco.bind(whole).init(key(6)), batch, told(moco.bind(whole).at(0), 1, 0));
    return { state, metrics: numbersOf(metrics) };
  }

  it('without a smoothed teacher has no teacher in its state, and none of its metrics', () => {
    const { state, metrics } = first({ teacher: { kind: 'none' } });
    expect(state.teacher).toBeUndefined();
    expect(moco.bind(spec).teacher(state).params['projector.0.kernel']).toBe(
      state.student.params['projector.0.kernel'],
    );
    expect(Object.keys(metrics)).not.toContain('preserveRate');
  });

  it('of two streams of the same images moves weights as of one, and the norms of each half as far', () => {
    const near = { epsilon: 1e-12, stepSize: 1e-12, steps: 1 };
    const plain = { optimiser: { ...spec.optimiser, weightDecay: 0, learningRate: 4 } };
    const { adversarial } = specOf({ adversarial: { ...near, stream: 'dual', batchNorm: 'dual' } });
    const [one, two] = [first(plain), first({ ...plain, adversarial })];
    const { second } = moco.bind({ ...spec, adversarial }).anatomy!;
    const before = moco.bind({ ...spec, adversarial }).init(key(6)).student.params;
    const far = ({ state }: typeof one, name: string, as = name) => [
      ...tf.sub(state.student.params[name]!, before[as]!).dataSync(),
    ];
    expect(Object.keys(second!).length).toBe(4 * 6);
    expect(two.metrics['loss']).toBeCloseTo(one.metrics['loss']!, 5);
    for (const name of Object.keys(one.state.student.params)) {
      const its = second![name];
      const expected = far(one, name).map((value) => (its === undefined ? value : value / 2));
      const bound = 1e-4 * Math.hypot(...expected) + 1e-6;
      for (const each of its === undefined ? [name] : [name, its])
        expect(Math.hypot(...far(two, each).map((value, i) => value - expected[i]!)), each).toBeLessThan(bound);
    }
  });

  it('with one batch norm for all, the shuffle changes nothing', () => {
    const network = { ...spec.network, batchNorm: { ...spec.network.batchNorm, groups: 1 } };
    const [one, other] = [true, false].map((shuffle) => first({ network, shuffle }).metrics['loss']!);
    expect(other).toBeCloseTo(one!, 5);
  });

  it('with parts, the shuffle changes what a key is normalised with', () => {
    const [one, other] = [true, false].map((shuffle) => first({ shuffle }).metrics['loss']!);
    expect(Math.abs(other! - one!)).toBeGreaterThan(1e-4);
  });
});
