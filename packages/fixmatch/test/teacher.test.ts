import { hostScalar, compileStep } from '@spatial-ensemble/engine';
import type { Tensors } from '@spatial-ensemble/nn';
import { key, normal, stepMask, words } from '@spatial-ensemble/random';
import type { At } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixmatch, FixMatchSpec, type FixMatchInput, type FixMatchState } from '../src/index.ts';
import type { FixMatchBatch } from '../src/step.ts';
import { shown } from './shown.ts';

const tiny: FixMatchInput = {
  steps: 20,
  batch: { labelled: 4, unlabelledRatio: 2 },
  network: {
    depth: 4,
    groups: 1,
    width: 0.25,
    stemStride: 2,
    channels: 1,
    classes: 3,
    batchNorm: { decay: 0.9 },
  },
  pseudoLabels: { threshold: 0.34 },
};

function specOf(changed: FixMatchInput): FixMatchSpec {
  const merged = { ...tiny, ...changed, pseudoLabels: { ...tiny.pseudoLabels, ...changed.pseudoLabels } };
  return FixMatchSpec.parse(merged);
}

const images = (name: string, n: number) => ({
  data: Uint8Array.from(words(key(name), n * 64), (word) => word & 255),
  shape: [n, 8, 8, 1],
});

function batchOf(step: number, changed: { readonly weak?: string } = {}): FixMatchBatch {
  const labels = (n: number) => ({ data: Int32Array.from({ length: n }, (_, i) => i % 3), shape: [n] });
  return {
    labelled: { weak: images(`x${step}`, 4), labels: labels(4) },
    unlabelled: { weak: images(changed.weak ?? `u${step}`, 8), strong: images(`s${step}`, 8), labels: labels(8) },
  } as unknown as FixMatchBatch;
}

interface Trained {
  readonly state: FixMatchState;
  readonly metrics: readonly { readonly [name: string]: number }[];
}

function train(spec: FixMatchSpec, steps: number, batch: (step: number) => FixMatchBatch = batchOf): Trained {
  const step = compileStep(fixmatch.bind(spec).step);
  let state = fixmatch.bind(spec).init(key('init'));
  const lines = Array.from({ length: steps }, (_, k) => {
    const scalars = Object.entries(fixmatch.bind(spec).at(k)).map(([name, value]) => [name, hostScalar(value)]);
    const at = { scalars: Object.fromEntries(scalars), key: stepMask(key('mask'), k) } as unknown as At;
    const [next, metrics] = step(state, batch(k), at);
    state = next;
    const line = shown(metrics);
    tf.dispose(metrics as unknown as tf.TensorContainer);
    return line;
  });
  return { state, metrics: lines };
}

function bytes(tensors: Tensors): { readonly [name: string]: number[] } {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('equivalences, bit for bit', () => {
  it('none is tma at momentum 0 with copied statistics: the teacher is the current student', () => {
    const none = train(specOf({ teacher: { kind: 'none' } }), 3);
    const tma = train(specOf({ teacher: { kind: 'tma', momentum: 0, buffers: 'copy' } }), 3);
    expect(bytes(none.state.student.params)).toEqual(bytes(tma.state.student.params));
    expect(bytes(fixmatch.bind(specOf({ teacher: { kind: 'none' } })).teacher(none.state).params)).toEqual(
      bytes(none.state.student.params),
    );
    expect(none.metrics.map(({ loss }) => loss)).toEqual(tma.metrics.map(({ loss }) => loss));
  });

  it('se is sts at momentum 0, its statistics too', () => {
    const se = train(specOf({ teacher: { kind: 'se', preserve: 0.6 } }), 3).state;
    const sts = train(specOf({ teacher: { kind: 'sts', preserve: 0.6, momentum: 0 } }), 3).state;
    expect(bytes(se.teacher!.buffers)).toEqual(bytes(sts.teacher!.buffers));
    // θ′ − 1·(θ′ − θ) rounds where a choice does not.
    for (const [name, tensor] of Object.entries(se.teacher!.params)) {
      expect(tf.max(tf.abs(tf.sub(tensor, sts.teacher!.params[name]!))).dataSync()[0]).toBeLessThan(1e-6);
    }
  });

  it('sts at preserve 0 is tma, and at preserve 1 the teacher stays', () => {
    const tma = train(specOf({ teacher: { kind: 'tma', momentum: 0.7 } }), 3);
    const moving = train(specOf({ teacher: { kind: 'sts', momentum: 0.7, preserve: 0 } }), 3);
    expect(bytes(moving.state.teacher!.params)).toEqual(bytes(tma.state.teacher!.params));
    expect(moving.metrics.map(({ preserveRate }) => preserveRate)).toEqual([0, 0, 0]);
    const spec = specOf({ teacher: { kind: 'sts', momentum: 0.7, preserve: 1 } });
    const still = train(spec, 3);
    expect(bytes(still.state.teacher!.params)).toEqual(bytes(fixmatch.bind(spec).init(key('init')).student.params));
    expect(still.metrics.map(({ preserveRate }) => preserveRate)).toEqual([1, 1, 1]);
  });
});

describe('what the student learns from', () => {
  it('rejected images have no gradient: with none accepted, λ_u does not matter', () => {
    const [light, heavy] = [1, 1000].map((weight) => train(specOf({ pseudoLabels: { threshold: 1, weight } }), 2));
    expect(bytes(heavy!.state.student.params)).toEqual(bytes(light!.state.student.params));
    expect(heavy!.metrics.map(({ maskRate, unsupervisedLoss }) => [maskRate, unsupervisedLoss])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('the weak views act through their labels alone', () => {
    // With a threshold of 1 their labels do not count either.
    const spec = specOf({ pseudoLabels: { threshold: 1 } });
    const [a, b] = [train(spec, 2), train(spec, 2, (step) => batchOf(step, { weak: `other${step}` }))];
    expect(bytes(b.state.student.params)).toEqual(bytes(a.state.student.params));
    expect(bytes(b.state.student.buffers)).toEqual(bytes(a.state.student.buffers));
  });

  it('in the original FixMatch the weak views are in the batch of its batch norm', () => {
    const spec = specOf({ pseudoLabels: { from: 'student', threshold: 1 } });
    const [a, b] = [train(spec, 1), train(spec, 1, (step) => batchOf(step, { weak: `other${step}` }))];
    expect(bytes(b.state.student.buffers)).not.toEqual(bytes(a.state.student.buffers));
  });

  it('the true labels of unlabelled images are for the metrics alone', () => {
    const blinded = (step: number): FixMatchBatch => {
      const batch = batchOf(step);
      const labels = { data: new Int32Array(8).fill(2), shape: [8] };
      return { ...batch, unlabelled: { ...batch['unlabelled'], labels } } as unknown as FixMatchBatch;
    };
    const [seen, blind] = [train(specOf({}), 2), train(specOf({}), 2, blinded)];
    expect(bytes(blind.state.student.params)).toEqual(bytes(seen.state.student.params));
    expect(blind.metrics[0]!['pseudoLabelAccuracy']).not.toBe(seen.metrics[0]!['pseudoLabelAccuracy']);
  });

  it('a supervised run needs no unlabelled images', () => {
    const spec = specOf({ pseudoLabels: { from: 'none' } });
    const { metrics } = train(spec, 2, (step) => ({ labelled: batchOf(step).labelled }) as FixMatchBatch);
    expect(metrics[0]!['loss']).toBe(metrics[0]!['supervisedLoss']);
    expect(metrics[0]).not.toHaveProperty('maskRate');
  });

  it('learns: on one batch the loss falls', () => {
    const { metrics } = train(specOf({ optimiser: { learningRate: 0.1 } }), 18, () => batchOf(0));
    expect(metrics.at(-1)!['supervisedLoss']).toBeLessThan(0.5 * metrics[0]!['supervisedLoss']!);
  });
});

it('a step leaves no tensor behind', () => {
  const spec = specOf({ teacher: { kind: 'sts', momentum: 0.9, preserve: 0.5 } });
  const counted = [1, 4].map((steps) => {
    const before = tf.memory().numTensors;
    const { state } = train(spec, steps);
    const added = tf.memory().numTensors - before;
    tf.dispose(state as unknown as tf.TensorContainer);
    return added;
  });
  expect(counted[1]).toBe(counted[0]);
});

describe('the first teacher', () => {
  it('is a copy of the student', () => {
    const { student, teacher } = fixmatch.bind(specOf({})).init(key(1));
    expect(bytes(teacher!.params)).toEqual(bytes(student.params));
    expect(bytes(teacher!.buffers)).toEqual(bytes(student.buffers));
  });

  it('may be copied by a mask, as in the official code, from a start of its own', () => {
    const teacher = { kind: 'sts', preserve: 0.7, firstCopy: 'masked', granularity: 'tensor' } as const;
    const state = fixmatch.bind(specOf({ teacher })).init(key(3));
    const [ours, theirs] = [bytes(state.teacher!.params), bytes(state.student.params)];
    const kernels = Object.keys(ours).filter((name) => name.endsWith('.kernel'));
    const copied = kernels.filter((name) => ours[name]!.join() === theirs[name]!.join());
    expect(copied.length).toBeGreaterThan(0);
    expect(copied.length).toBeLessThan(kernels.length);
  });

  it('is absent where the student is the teacher', () => {
    const state = fixmatch.bind(specOf({ teacher: { kind: 'none' } })).init(key(1));
    expect(state).not.toHaveProperty('teacher');
    expect(fixmatch.bind(specOf({ teacher: { kind: 'none' } })).teacher(state)).toBe(state.student);
  });
});

it('predicts in eval mode from bytes: an image alone and in company is the same', () => {
  const spec = specOf({});
  const { student } = fixmatch.bind(spec).init(key(1));
  const noisy = {
    params: Object.fromEntries(
      Object.entries(student.params).map(([name, w]) => [
        name,
        tf.add(w, tf.tensor(normal(key(name), w.size), w.shape)),
      ]),
    ),
    buffers: student.buffers,
  };
  const predict = fixmatch.bind(spec).classifies!.predict;
  const { data, shape } = images('test', 5);
  const batch = tf.tensor(Int32Array.from(data), shape, 'int32');
  const all = predict(noisy, batch);
  const one = predict(noisy, tf.slice(batch, [3, 0, 0, 0], [1, 8, 8, 1]));
  expect(all.shape).toEqual([5, 3]);
  expect(tf.max(tf.abs(tf.sub(tf.slice(all, [3, 0], [1, 3]), one))).dataSync()[0]).toBeLessThan(1e-5);
});

it('shrinks to a run of seconds that keeps its kind', () => {
  const spec = FixMatchSpec.parse({ teacher: { kind: 'sts' }, pseudoLabels: { from: 'student' } });
  const small = fixmatch.smoke(spec);
  expect(FixMatchSpec.parse(small)).toEqual(small);
  expect(small).toMatchObject({ teacher: spec.teacher, pseudoLabels: spec.pseudoLabels });
  expect(small.steps).toBeLessThan(20);
});
