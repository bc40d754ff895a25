import { valueAndGrad } from '@spatial-ensemble/engine';
import { key, uniform } from '@spatial-ensemble/random';
import { unitsOf } from '@spatial-ensemble/smoothing';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bySecondNorms,
  dense,
  network,
  RESNET_50,
  resNetTrunk,
  secondNorms,
  uniformFanIn,
  type Network,
  type Tensors,
  type Variables,
} from '../src/index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const encoder = resNetTrunk('encoder', {
  ...RESNET_50,
  block: 'basic',
  units: [1, 1],
  width: 3,
  stem: 'cifar-stride-2',
  channels: 1,
  zeroInitResidual: true,
});
const { first, second, names } = secondNorms(encoder, 'adversarial');
const asNetwork = ({ declares, forward }: typeof first): Network<{ y: tf.Tensor }> =>
  network({ declares, forward: (pass, x) => ({ y: forward(pass, x) }) });
const [plain, clean, adversarial] = [encoder, first, second].map(asNetwork) as [
  Network<{ y: tf.Tensor }>,
  Network<{ y: tf.Tensor }>,
  Network<{ y: tf.Tensor }>,
];
const images = tf.tensor4d(uniform(key('images'), 4 * 8 * 8), [4, 8, 8, 1]);
const firsts = Object.keys(names);
const seconds = Object.values(names);

/** Variables of which none is as any other, nor as it begins. */
function drawn(): Variables {
  const fill = (tensors: Tensors): Tensors =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { shape, size }]) => [
        name,
        tf.add(tf.tensor(uniform(key('values').fold(name), size), shape), 0.5),
      ]),
    );
  const { params, buffers } = clean.init(key(1));
  return { params: fill(params), buffers: fill(buffers) };
}

/** Those of one set as the whole network's. */
function ofPlain(variables: Variables): Variables {
  const part = (tensors: Tensors): Tensors =>
    Object.fromEntries(Object.entries(tensors).filter(([name]) => !seconds.includes(name)));
  return { params: part(variables.params), buffers: part(variables.buffers) };
}

const numbers = (tensors: Tensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]));

function learnt(net: Network<{ y: tf.Tensor }>, { params, buffers }: Variables) {
  const { loss, aux, grads } = valueAndGrad((given: Tensors) => {
    const out = net.apply({ params: given, buffers }, images, { mode: 'train' });
    // Of every parameter that the network declares, read or not.
    const all = tf.addN(Object.values(given).map((tensor) => tf.sum(tf.mul(tensor, 0))));
    return { loss: tf.add(tf.sum(tf.square(out.y)), all) as tf.Scalar, aux: out.buffers };
  })(params);
  return { loss: loss.dataSync()[0]!, buffers: numbers(aux), grads: numbers(grads) };
}

describe('a network with second norms', () => {
  it('has four variables more for each norm, declared as the first ones, in modules of their own, unknown elsewhere', () => {
    const of = (metas: object): number => Object.keys(metas).length;
    expect(of(clean.metas.params) - of(plain.metas.params)).toBe(firsts.length / 2);
    expect(of(clean.metas.buffers) - of(plain.metas.buffers)).toBe(of(plain.metas.buffers));
    expect(adversarial.metas).toEqual(clean.metas);
    for (const [one, other] of Object.entries(names)) {
      const [{ torch, module, ...meta }, { module: its, ...second }] = [one, other].map(
        (name) => ({ ...clean.metas.params, ...clean.metas.buffers })[name]!,
      ) as [(typeof clean.metas.params)[string], (typeof clean.metas.params)[string]];
      expect(second).toEqual(meta);
      expect(second).not.toHaveProperty('torch');
      expect(torch).toBeDefined();
      expect(its).toBe(`${module}.adversarial`);
    }
    expect(firsts).toContain('encoder.bn1.gamma');
    expect(firsts).not.toContain('encoder.conv1.kernel');
  });

  it('begins with both alike, the zeros of residual blocks too, and the rest as without', () => {
    const { params, buffers } = clean.init(key(3));
    const all = numbers({ ...params, ...buffers });
    for (const [one, other] of Object.entries(names)) expect(all[other]).toEqual(all[one]);
    expect(all['encoder.layer1.0.bn2.adversarial.gamma']).toEqual([0, 0, 0]);
    expect(numbers(ofPlain({ params, buffers }).params)).toEqual(numbers(plain.init(key(3)).params));
  });

  it('is the network itself by the first, and by the second the network with those in their place', () => {
    const variables = drawn();
    const expected = learnt(plain, ofPlain(variables));
    const one = learnt(clean, variables);
    expect(one.loss).toBe(expected.loss);
    for (const [name, value] of Object.entries(expected.grads)) expect(one.grads[name]).toEqual(value);
    for (const [name, value] of Object.entries(expected.buffers)) expect(one.buffers[name]).toEqual(value);
    for (const name of seconds.filter((each) => each in variables.params))
      expect(one.grads[name]!.every((value) => value === 0)).toBe(true);
    for (const name of seconds.filter((each) => each in variables.buffers))
      expect(one.buffers[name]).toEqual([...variables.buffers[name]!.dataSync()]);

    const swapped = learnt(plain, bySecondNorms(variables, names));
    const other = learnt(adversarial, variables);
    expect(other.loss).toBe(swapped.loss);
    expect(other.loss).not.toBe(one.loss);
    for (const [name, value] of Object.entries(swapped.grads)) expect(other.grads[names[name] ?? name]).toEqual(value);
    for (const [name, value] of Object.entries(swapped.buffers))
      expect(other.buffers[names[name] ?? name]).toEqual(value);
    for (const name of firsts.filter((each) => each in variables.params))
      expect(other.grads[name]!.every((value) => value === 0)).toBe(true);
    for (const name of firsts.filter((each) => each in variables.buffers))
      expect(other.buffers[name]).toEqual([...variables.buffers[name]!.dataSync()]);
  });

  it('in evaluation mode looks by its own running statistics', () => {
    const variables = drawn();
    const look = (net: typeof plain, given: Variables) => [...net.apply(given, images, { mode: 'eval' }).y.dataSync()];
    expect(look(clean, variables)).toEqual(look(plain, ofPlain(variables)));
    expect(look(adversarial, variables)).toEqual(look(plain, bySecondNorms(variables, names)));
    expect(look(adversarial, variables)).not.toEqual(look(clean, variables));
  });

  it('has units of smoothing of its own, however large they are', () => {
    const units = unitsOf(clean.metas.params, 'layer');
    expect(units['encoder.bn1.adversarial.gamma']!.unit).toBe('encoder.bn1.adversarial');
    expect(units['encoder.bn1.adversarial.beta']!.unit).toBe('encoder.bn1.adversarial');
    expect(units['encoder.bn1.gamma']!.unit).toBe('encoder.bn1');
    expect(unitsOf(clean.metas.params, 'channel')['encoder.bn1.adversarial.gamma']!.drawShape).toEqual([3]);
  });
});

it('is refused where nothing keeps statistics, and where the second variables are missing', () => {
  const layer = dense('fc', { inputs: 2, outputs: 2, initial: uniformFanIn(2) });
  expect(() => secondNorms(layer, 'adversarial')).toThrow('no norm that keeps running statistics');
  expect(() => bySecondNorms(plain.init(key(1)), names)).toThrow(
    'there is no variable encoder.bn1.adversarial.gamma, a second one of encoder.bn1.gamma',
  );
  // A part of the network has part of the norms.
  const { params } = clean.init(key(1));
  const some = { 'encoder.conv1.kernel': params['encoder.conv1.kernel']! };
  expect(bySecondNorms({ params: some, buffers: {} }, names).params).toEqual(some);
});
