import { compile, hostScalar, useTensorFlow, valueAndGrad, type HostTensor } from '@spatial-ensemble/engine';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { onlineProbe, ProbeSpec, type ProbeState } from '../src/index.ts';
import { batchOf, fixture, relativeError } from './fixture.ts';

const { features, classes, outcomes, test } = fixture;
const spec = ProbeSpec.parse({});
const probe = onlineProbe({ features, classes }, spec);

describe.each(['cpu', 'tensorflow'])('an online probe on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  it('learns as PyTorch does', () => {
    const step = compile(
      (state: ProbeState, x: tf.Tensor, labels: tf.Tensor, rate: tf.Scalar) => probe.step(state, x, labels, rate),
      { name: 'probe.step' },
    ) as unknown as (...args: unknown[]) => ReturnType<typeof probe.step>;
    let state = probe.init(key('probe'));
    const [losses, accuracies]: number[][] = [[], []];
    fixture.batches.forEach((_, i) => {
      const { features: x, labels } = batchOf(i);
      const { state: next, metrics } = step(state, x, labels, hostScalar(spec.learningRate));
      state = next;
      losses!.push(metrics.probeLoss.dataSync()[0]!);
      accuracies!.push(metrics.probeAccuracy.dataSync()[0]!);
    });
    expect(losses![0]).toBeCloseTo(Math.log(classes), 6);
    expect(relativeError(losses!, outcomes.probe.losses)).toBeLessThan(1e-6);
    expect(relativeError(accuracies!, outcomes.probe.accuracies)).toBeLessThan(1e-6);
    expect(relativeError(state.variables.params['probe.kernel']!.dataSync(), outcomes.probe.kernel)).toBeLessThan(1e-5);
    expect(relativeError(state.variables.params['probe.bias']!.dataSync(), outcomes.probe.bias)).toBeLessThan(1e-5);
    const shown = probe.logits(state.variables, tf.tensor2d([...test], [test.length / features, features]));
    expect(relativeError(shown.dataSync(), outcomes.probe.logits)).toBeLessThan(1e-5);
  });

  it('learns of images with a label as if the others were not there', () => {
    const { features: x, labels } = batchOf(0);
    const n = labels.shape[0]!;
    const half = Math.floor(n / 2);
    const [all, classOf] = [toTensor(x), toTensor(labels)];
    const known = Float32Array.from({ length: n }, (_, i) => (i < half ? 1 : 0));
    const [first, rate] = [probe.init(key('probe')), tf.scalar(0.1)];
    const masked = probe.step(first, all, classOf, rate, tf.tensor1d(known));
    const alone = probe.step(
      first,
      tf.slice(all, [0, 0], [half, features]),
      tf.slice(classOf, [0], [half]) as tf.Tensor1D,
      rate,
    );
    for (const name of ['probe.kernel', 'probe.bias'])
      expect(
        relativeError(
          masked.state.variables.params[name]!.dataSync(),
          Array.from(alone.state.variables.params[name]!.dataSync()),
        ),
      ).toBeLessThan(1e-6);
    for (const name of ['probeLoss', 'probeAccuracy'] as const)
      expect(masked.metrics[name].dataSync()[0]).toBeCloseTo(alone.metrics[name].dataSync()[0]!, 6);
    const nothing = probe.step(first, all, classOf, rate, tf.zeros([n]));
    expect(nothing.state.variables.params['probe.kernel']!.dataSync()).toEqual(
      first.variables.params['probe.kernel']!.dataSync(),
    );
  });

  it('sends no gradient into what its features were computed from', () => {
    const batch = batchOf(0);
    const [x, labels] = [toTensor(batch.features), toTensor(batch.labels)];
    // A probe that has learnt: one of zeros would send none anyway.
    const { state } = probe.step(probe.init(key('probe')), x, labels as tf.Tensor1D, tf.scalar(0.1));
    const encoder = { kernel: tf.ones([features, features]) };
    const differentiated = (probed: boolean) =>
      valueAndGrad(({ kernel }: typeof encoder) => {
        const encoded = tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D);
        const own = tf.mean(tf.square(encoded)) as tf.Scalar;
        const { metrics, state: next } = probe.step(state, encoded, labels, tf.scalar(0.1));
        return { loss: probed ? (tf.add(own, metrics.probeLoss) as tf.Scalar) : own, aux: { next, ...metrics } };
      })(encoder);
    const [beside, alone] = [differentiated(true), differentiated(false)];
    expect(beside.loss.dataSync()[0]).toBeGreaterThan(alone.loss.dataSync()[0]!);
    expect(beside.grads.kernel.dataSync()).toEqual(alone.grads.kernel.dataSync());

    const { grads } = valueAndGrad(({ kernel }: typeof encoder) => {
      const { metrics } = probe.step(state, tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), labels, tf.scalar(0.1));
      return { loss: metrics.probeLoss, aux: {} };
    })(encoder);
    expect(grads.kernel.dataSync().every((value) => value === 0)).toBe(true);
    // It is the probe that is blind to them, not they to it.
    expect(alone.grads.kernel.dataSync().every((value) => value !== 0)).toBe(true);
  });

  it('predicts among the variables of an encoder', () => {
    const { variables } = probe.init(key('probe'));
    const both = { params: { 'encoder.kernel': tf.zeros([3, 3]), ...variables.params }, buffers: variables.buffers };
    expect(probe.logits(both, tf.ones([2, features])).shape).toEqual([2, classes]);
    expect(Object.keys(probe.metas.params)).toEqual(['probe.kernel', 'probe.bias']);
  });
});

function toTensor({ data, shape }: HostTensor): tf.Tensor {
  return tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32');
}
