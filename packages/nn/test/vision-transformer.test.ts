import { compile, compileStep, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import { key, uniform } from '@spatial-ensemble/random';
import { smooth, unitsOf, type Granularity } from '@spatial-ensemble/smoothing';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adamW,
  classifier,
  constant,
  dense,
  everything,
  kernelsOnly,
  network,
  normAndBias,
  torchVariable,
  type Tensors,
  type Variables,
} from '../src/index.ts';
import { fromTorch, readFixture, relativeError, unpackTensor, type Packed, type PackedByName } from './fixtures.ts';
import { visionTransformer } from './vision-transformer.ts';

interface Fixture {
  readonly images: Packed;
  readonly weights: Packed;
  readonly variables: PackedByName;
  readonly features: Packed;
  readonly gradients: PackedByName;
}

const fixture = readFixture<Fixture>('vision-transformer');
const OPTIONS = { size: 8, patch: 4, width: 6, heads: 2, hidden: 10, blocks: 1 };
const encoder = visionTransformer('', OPTIONS);
const net = network({
  declares: encoder.declares,
  forward: (pass, images) => ({ features: encoder.forward(pass, images) }),
});
const { params: metas } = net.metas;

describe.each(['cpu', 'tensorflow'])('a transformer against PyTorch in float64, on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  it('features and every gradient', () => {
    const variables: Variables = { params: fromTorch(fixture.variables, metas), buffers: {} };
    const run = compile(
      ({ params: at, buffers }: Variables, x: tf.Tensor, weights: tf.Tensor) =>
        valueAndGrad((params: Tensors) => {
          const { features } = net.apply({ params, buffers }, x, { mode: 'train' });
          return { loss: tf.sum(tf.mul(features, weights)) as tf.Scalar, aux: features };
        })(at),
      { name: 'forward-and-backward' },
    );
    const { aux, grads } = run(variables, unpackTensor(fixture.images), unpackTensor(fixture.weights));
    expect(relativeError(aux, unpackTensor(fixture.features))).toBeLessThan(1e-5);
    const whole = Math.hypot(...Object.values(grads).map((grad) => tf.norm(grad).dataSync()[0] ?? NaN));
    for (const [name, expected] of Object.entries(fromTorch(fixture.gradients, metas))) {
      const apart = tf.norm(tf.sub(grads[name] ?? tf.scalar(NaN), expected)).dataSync()[0] ?? NaN;
      // Moving all keys by one vector changes no weight of attention: their bias has no gradient but rounding.
      expect(apart / Math.max(tf.norm(expected).dataSync()[0] ?? NaN, 1e-2 * whole), name).toBeLessThan(1e-4);
    }
  });
});

it('learns by AdamW, all its state by name', async () => {
  await useTensorFlow();
  const head = dense('head', { inputs: encoder.features, outputs: 3, initial: constant(0) });
  const whole = classifier(encoder, head);
  const optimiser = adamW(whole.metas.params, {
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.04,
    decays: kernelsOnly,
  });
  const { params, buffers } = whole.init(key(1));
  const step = compileStep(
    ({ params: old, ...slots }: { params: Tensors } & ReturnType<typeof optimiser.init>, x: tf.Tensor) => {
      const { loss, grads } = valueAndGrad((at: Tensors) => {
        const { logits } = whole.apply({ params: at, buffers }, x, { mode: 'train' });
        // Each image is a class of its own.
        return { loss: tf.neg(tf.mean(tf.mul(tf.logSoftmax(logits), tf.eye(3)))) as tf.Scalar, aux: {} };
      })(old);
      const next = optimiser.update({ params: old, grads, slots, learningRate: tf.scalar(0.02) });
      return [{ params: next.params, ...next.slots }, loss];
    },
  );
  let state = { params, ...optimiser.init(params) };
  const losses = Array.from({ length: 20 }, () => {
    const [next, loss] = step(state, unpackTensor(fixture.images));
    state = next;
    return loss.dataSync()[0] ?? NaN;
  });
  expect(losses[0]).toBeCloseTo(Math.log(3) / 3, 5);
  expect(losses.at(-1)).toBeLessThan(0.1 * Math.log(3));
  expect(Object.keys(state).toSorted()).toEqual(['first', 'params', 'second', 'updates']);
});

describe('what its variables mean', () => {
  const layer = 'encoder.layers.encoder_layer_0';

  it('PyTorch has each of them, under its name and in its shape', () => {
    const theirs = Object.values(metas).map(torchVariable);
    expect(new Map(theirs.map(({ name, shape }) => [name, shape.join()]))).toEqual(
      new Map(Object.entries(fixture.variables).map(([name, { shape }]) => [name, shape.join()])),
    );
  });

  it('kernels, the class token and the positions are decayed, biases and norms are not', () => {
    const decayed = Object.entries(metas).flatMap(([name, meta]) => (kernelsOnly(meta) ? [name] : []));
    expect(decayed).toEqual([
      'class.token',
      'conv_proj.kernel',
      'encoder.positions.embedding',
      ...['self_attention.kernel', 'self_attention.out_proj.kernel', 'mlp.0.kernel', 'mlp.3.kernel'].map(
        (part) => `${layer}.${part}`,
      ),
    ]);
    for (const meta of Object.values(metas)) expect([normAndBias(meta), everything()]).toEqual([!meta.decays, true]);
  });

  /** The draws of a granularity, by unit: how many numbers, and which variables share them. */
  const drawn = (granularity: Granularity) => {
    const units = new Map<string, [string, ...string[]]>();
    for (const [name, { unit, drawShape }] of Object.entries(unitsOf(metas, granularity)))
      units.set(unit, [`[${drawShape.join()}]`, ...(units.get(unit)?.slice(1) ?? []), name.slice(unit.length)]);
    return Object.fromEntries(units);
  };

  it('the units of smoothing follow at every granularity', () => {
    const names = Object.keys(metas);
    expect(drawn('tensor')).toEqual(Object.fromEntries(names.map((name) => [name, ['[]', '']])));
    const shapes = names.map((name) => [name, [`[${metas[name]?.shape.join()}]`, '']]);
    expect(drawn('neuron')).toEqual(Object.fromEntries(shapes));

    const layers = drawn('layer');
    expect(layers['class']).toEqual(['[]', '.token']);
    expect(layers['encoder.positions']).toEqual(['[]', '.embedding']);
    expect(layers[`${layer}.ln_1`]).toEqual(['[]', '.gamma', '.beta']);
    expect(layers[`${layer}.self_attention`]).toEqual(['[]', '.kernel', '.bias']);
    expect(Object.keys(layers)).toHaveLength(new Set(Object.values(metas).map(({ module }) => module)).size);

    const channels = drawn('channel');
    expect(channels['class.token']).toEqual(['[]', '']);
    expect(channels['encoder.positions']).toEqual(['[6]', '.embedding']);
    expect(channels[`${layer}.ln_1`]).toEqual(['[6]', '.gamma', '.beta']);
    expect(channels[`${layer}.self_attention`]).toEqual(['[18]', '.kernel', '.bias']);
    expect(channels[`${layer}.mlp.0`]).toEqual(['[10]', '.kernel', '.bias']);
    expect(Object.keys(channels)).toHaveLength(Object.keys(layers).length);
  });

  it.each(['tensor', 'layer', 'channel', 'neuron'] as const)('and a teacher follows by %s', async (granularity) => {
    await tf.setBackend('cpu');
    const [student, teacher] = [net.init(key('student')).params, net.init(key('teacher')).params];
    const draw = (unit: string, shape: readonly number[]) =>
      tf.tensor(uniform(key(unit), tf.util.sizeFromShape([...shape])), [...shape]);
    const { teacher: next, preserveRate } = smooth('se', teacher, student, unitsOf(metas, granularity), {
      preserve: 0.5,
      draw,
    });
    for (const [name, tensor] of Object.entries(next)) {
      const [old, now] = [teacher[name]?.dataSync() ?? [], student[name]?.dataSync() ?? []];
      tensor.dataSync().forEach((value, i) => expect([old[i], now[i]]).toContain(value));
    }
    expect(preserveRate.dataSync()[0]).toBeGreaterThan(0.2);
    expect(preserveRate.dataSync()[0]).toBeLessThan(0.8);
  });
});

it('is a value: features and stride are told by it', () => {
  expect([encoder.features, encoder.stride]).toEqual([6, 4]);
  expect(visionTransformer('encoder', OPTIONS).declares[0]?.name).toBe('encoder.class.token');
});
