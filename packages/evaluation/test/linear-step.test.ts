import { compileStep, hostScalar, useTensorFlow } from '@spatial-ensemble/engine';
import type { Variables } from '@spatial-ensemble/nn';
import type { At } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { key } from '@spatial-ensemble/random';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LinearBatch } from '../src/linear-step.ts';
import { linearEvaluation, type LinearSpec, type LinearState, type ProtocolName } from '../src/index.ts';
import { batchOf, fixture, relativeError, type Outcome } from './fixture.ts';
import { tinyPretraining } from './tiny-pretraining.ts';

const linear = linearEvaluation(tinyPretraining);
type Spec = Parameters<typeof linear.steps>[0];

function specOf(protocol: ProtocolName, changes: Partial<LinearSpec> = {}): Spec {
  const { classes, images, epochs, batch, features } = fixture;
  return linear.schema.parse({
    protocol,
    whose: 'student',
    classes,
    images,
    epochs,
    batch,
    augment: { kind: 'none' },
    pretraining: { steps: 1, features, pixels: 6 },
    ...changes,
  });
}

/** Student and teacher of a run. */
const weights = () => tinyPretraining.bind({ steps: 1, features: fixture.features, pixels: 6 }).init(key('run'));

/** The first state, with the reference's first weights. */
function stateOf(spec: Spec): LinearState {
  const { variables, velocity } = linear.bind(spec).init(key('head'), weights());
  const kernel = tf.tensor2d([...fixture.initial], [fixture.features, fixture.classes]);
  return {
    variables: { ...variables, params: { ...variables.params, 'classifier.kernel': kernel } },
    velocity,
  };
}

const NAMES: readonly (readonly [keyof Outcome, string])[] = [
  ['kernel', 'classifier.kernel'],
  ['bias', 'classifier.bias'],
  ['gamma', 'classifier-norm.gamma'],
  ['beta', 'classifier-norm.beta'],
  ['mean', 'classifier-norm.mean'],
  ['variance', 'classifier-norm.variance'],
];

function named({ params, buffers }: Variables): { readonly [name: string]: tf.Tensor } {
  return { ...params, ...buffers };
}

describe.each(['cpu', 'tensorflow'])('a linear evaluation against PyTorch in float64, on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  it.each(['sts', 'moco', 'byol'] as const)('by the protocol of %s', (protocol) => {
    const spec = specOf(protocol);
    const expected = fixture.outcomes[protocol];
    expect(linear.steps(spec)).toBe(fixture.batches.length);
    let state = stateOf(spec);
    const frozen = named(state.variables)['encoder.kernel']!.dataSync().slice();
    const step = compileStep(linear.bind(spec).step, { name: 'linear.step' });
    const [losses, accuracies, rates]: number[][] = [[], [], []];
    fixture.batches.forEach((_, i) => {
      const { learningRate } = linear.bind(spec).at(i);
      rates!.push(learningRate!);
      const at = { scalars: { learningRate: hostScalar(learningRate!) }, key: key('mask') } as unknown as At;
      const [next, metrics] = step(state, { labelled: batchOf(i) } as unknown as LinearBatch, at);
      state = next;
      losses!.push(metrics['loss']!.dataSync()[0]!);
      accuracies!.push(metrics['accuracy']!.dataSync()[0]!);
    });
    expected.rates.forEach((rate, i) => expect(rates![i], `rate of step ${i}`).toBeCloseTo(rate, 12));
    expect(relativeError(losses!, expected.losses)).toBeLessThan(1e-6);
    expect(relativeError(accuracies!, expected.accuracies)).toBeLessThan(1e-6);
    const ours = named(state.variables);
    for (const [theirs, name] of NAMES) {
      const values = expected[theirs];
      expect(ours[name] !== undefined, name).toBe(values !== undefined);
      if (values !== undefined) expect(relativeError(ours[name]!.dataSync(), values), name).toBeLessThan(2e-5);
    }
    // The encoder is not even rounded.
    expect(ours['encoder.kernel']!.dataSync()).toEqual(frozen);
    step.dispose();
  });
});

describe('a step', () => {
  const image = { data: Uint8Array.from({ length: 8 * 6 }, (_, i) => (37 * i) % 256), shape: [8, 6] };
  const labels = { data: Int32Array.from({ length: 8 }, (_, i) => i % 5), shape: [8] };
  const at = { scalars: { learningRate: hostScalar(0.1) }, key: key('mask') } as unknown as At;

  it('on images is the step on their features', () => {
    const spec = specOf('sts');
    const first = stateOf(spec);
    const images = tf.tensor(image.data, image.shape, 'int32');
    const cached = linear.bind(spec).feeds!.features(first, images);
    const features = { data: cached.dataSync() as Float32Array, shape: cached.shape };
    const outcomes = [{ image }, { features }].map((given) => {
      const step = compileStep(linear.bind(spec).step, { name: 'linear.step' });
      const [{ variables }, { loss }] = step(
        stateOf(spec),
        { labelled: { ...given, labels } } as unknown as LinearBatch,
        at,
      );
      return [loss!.dataSync()[0]!, ...variables.params['classifier.kernel']!.dataSync()];
    });
    expect(relativeError(outcomes[0]!, outcomes[1]!)).toBeLessThan(1e-6);
  });

  it('predicts with the classifier in evaluation mode, as PyTorch does', () => {
    const { features, classes, outcomes, test } = fixture;
    const { kernel, bias, gamma, beta, mean, variance, logits } = outcomes.sts;
    // Features that are their own: an encoder that is the identity on positive numbers.
    const spec = specOf('sts');
    const variables: Variables = {
      params: {
        'encoder.kernel': tf.mul(tf.eye(features), 255),
        'classifier.kernel': tf.tensor2d([...kernel], [features, classes]),
        'classifier.bias': tf.tensor1d([...bias]),
        'classifier-norm.gamma': tf.tensor1d([...gamma!]),
        'classifier-norm.beta': tf.tensor1d([...beta!]),
      },
      buffers: {
        'classifier-norm.mean': tf.tensor1d([...mean!]),
        'classifier-norm.variance': tf.tensor1d([...variance!]),
      },
    };
    const predicted = linear
      .bind(spec)
      .classifies!.predict(variables, tf.tensor2d([...test], [test.length / features, features]));
    expect(relativeError(predicted.dataSync(), logits)).toBeLessThan(1e-5);
  });

  it('says which shape it was given and which it expects', () => {
    const spec = specOf('sts', { pretraining: { steps: 1, features: 7, pixels: 6 } });
    const state = linear.bind(spec).init(key('head'), weights());
    const step = compileStep(linear.bind(spec).step, { name: 'linear.step' });
    expect(() => step(state, { labelled: { image, labels } } as unknown as LinearBatch, at)).toThrow(
      /has 6 features, not 7/,
    );
  });
});
