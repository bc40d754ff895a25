import { availableParallelism } from 'node:os';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  busyMs,
  chromeTrace,
  compile,
  compileStep,
  conv2d,
  describeProfile,
  hostScalar,
  keyed,
  opTimes,
  useTensorFlow,
  valueAndGrad,
  type AnyKey,
  type Profile,
  type ProfiledOp,
} from '@spatial-ensemble/engine';

beforeAll(async () => {
  await useTensorFlow();
});

const [BATCH, SIZE, CHANNELS, FILTERS, CLASSES] = [8, 16, 8, 12, 10] as const;
/** A product for each value of the output: a multiplication and an addition for each value of the filter. */
const CONVOLUTION = 2 * BATCH * SIZE * SIZE * FILTERS * 3 * 3 * CHANNELS;
const PRODUCT = 2 * BATCH * FILTERS * CLASSES;

type State = { readonly kernel: tf.Tensor4D; readonly bias: tf.Tensor; readonly head: tf.Tensor2D };
const network = () =>
  compileStep(
    (state: State, x: tf.Tensor4D, rate: tf.Tensor, at: AnyKey) => {
      const { loss, grads } = valueAndGrad((params: State) => {
        // A convolution that TensorFlow fuses with what follows it, and one of which both gradients are wanted.
        const first = tf.relu(tf.add(conv2d(x, params.kernel, 1, 'same'), params.bias));
        const noise = keyed.uniform(at, [BATCH, FILTERS]);
        const logits = tf.matMul(tf.add(tf.mean(first, [1, 2]), noise) as tf.Tensor2D, params.head);
        return { loss: tf.mean(tf.square(logits)) as tf.Scalar, aux: {} };
      })(state);
      const moved = Object.entries(state).map(([name, w]) => [
        name,
        tf.sub(w, tf.mul(rate, grads[name as keyof State])),
      ]);
      return [Object.fromEntries(moved) as State, loss] as const;
    },
    { name: 'small' },
  );
const initial = (): State => ({
  kernel: tf.mul(tf.ones([3, 3, CHANNELS, FILTERS]), 0.1) as tf.Tensor4D,
  bias: tf.zeros([FILTERS]),
  head: tf.ones([FILTERS, CLASSES]) as tf.Tensor2D,
});
const images = {
  data: Float32Array.from({ length: BATCH * SIZE * SIZE * CHANNELS }, (_, i) => (i % 7) / 7),
  shape: [BATCH, SIZE, SIZE, CHANNELS],
};

describe('of a step', () => {
  let profile: Profile;
  const step = network();
  beforeAll(() => {
    const state = initial();
    const before = tf.memory().numTensors;
    profile = step.profile(state, images, hostScalar(0.1), key(1));
    expect(tf.memory().numTensors).toBe(before);
    // The state that was given is as it was.
    expect(state.kernel.dataSync().every((value) => value === Math.fround(0.1))).toBe(true);
    tf.dispose(state);
  });
  const ops = (pattern: RegExp): readonly ProfiledOp[] => profile.ops.filter(({ op }) => pattern.test(op));
  const flops = (some: readonly ProfiledOp[]): number => some.reduce((sum, one) => sum + one.flops, 0);

  test('the arithmetic of convolutions and products is that of the closed form, fused or not', () => {
    expect(flops(ops(/Conv2D$/))).toBe(CONVOLUTION);
    expect(flops(ops(/Conv2DBackpropFilter/))).toBe(CONVOLUTION);
    // Forward, and the gradients of both its matrices.
    expect(flops(ops(/MatMul/))).toBe(3 * PRODUCT);
    expect(flops(profile.ops)).toBe(step.count(initial(), images, hostScalar(0.1), key(1)).flops);
  });

  test('ops have the names of the traced graph, and none of it is there twice', () => {
    const names = profile.ops.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const gradient = ops(/Conv2DBackpropFilter/).map(({ name }) => name);
    expect(gradient).toHaveLength(1);
    expect(gradient[0]).toMatch(/^n\d+_Conv2DBackpropFilter$/);
    // One for each variable that the step writes.
    expect(names.filter((name) => /^n\d+_ResourceApplyGradientDescent$/.test(name))).toHaveLength(3);
  });

  test('the times add up to no more than what threads had', () => {
    const sum = profile.ops.reduce((all, { durationUs }) => all + durationUs, 0) / 1e3;
    expect(sum).toBeGreaterThan(0);
    expect(busyMs(profile)).toBeLessThanOrEqual(profile.wallMs);
    expect(sum).toBeLessThanOrEqual(profile.wallMs * availableParallelism());
    const times = opTimes(profile);
    expect(times.reduce((all, { ms }) => all + ms, 0)).toBeCloseTo(sum, 6);
    expect(times.reduce((all, { share }) => all + share, 0)).toBeCloseTo(1, 9);
    expect(times.map(({ ms }) => ms)).toEqual(times.map(({ ms }) => ms).toSorted((a, b) => b - a));
    expect(times.reduce((all, { count }) => all + count, 0)).toBe(profile.ops.length);
  });

  test('its trace is one of the Trace Event Format: complete events, which do not overlap within a lane', () => {
    const { traceEvents } = JSON.parse(JSON.stringify(chromeTrace(profile))) as {
      readonly traceEvents: readonly { ph: string; name: string; pid: number; tid: number; ts: number; dur: number }[];
    };
    const complete = traceEvents.filter(({ ph }) => ph === 'X');
    expect(complete).toHaveLength(profile.ops.length);
    expect(traceEvents.filter(({ ph }) => ph === 'M').map(({ name }) => name)).toEqual(['process_name']);
    const ends = new Map<number, number>();
    for (const { tid, ts, dur, pid } of complete) {
      expect(pid).toBe(0);
      expect(ts).toBeGreaterThanOrEqual(ends.get(tid) ?? 0);
      ends.set(tid, ts + dur);
    }
    expect(ends.size).toBeLessThanOrEqual(availableParallelism() + 1);
  });
});

test('shares, rates and lanes are those of the times', () => {
  const op = (name: string, startUs: number, durationUs: number, flops = 0): ProfiledOp => ({
    name,
    op: name,
    device: 'CPU:0',
    startUs,
    durationUs,
    flops,
  });
  const profile: Profile = {
    wallMs: 0.5,
    ops: [op('Conv2D', 0, 100, 3e6), op('Mul', 50, 100), op('Conv2D', 200, 200, 6e6), op('Mul', 300, 50)],
  };
  expect(opTimes(profile)).toEqual([
    { op: 'Conv2D', count: 2, ms: 0.3, share: 300 / 450, gflops: 30 },
    { op: 'Mul', count: 2, ms: 0.15, share: 150 / 450, gflops: undefined },
  ]);
  expect(busyMs(profile)).toBeCloseTo(0.35, 12);
  expect(describeProfile(profile, 1)).toEqual([
    '0.5 ms, in 30 % of which no op ran',
    '  Conv2D  66.7 %      0.30 ms      2x   30 GFLOP/s',
  ]);
  const { traceEvents } = chromeTrace(profile) as {
    readonly traceEvents: readonly { ph: string; tid: number; args: object }[];
  };
  expect(traceEvents.filter(({ ph }) => ph === 'X').map(({ tid }) => tid)).toEqual([0, 1, 0, 1]);
  expect(traceEvents[1]!.args).toEqual({ name: 'Conv2D', gflops: 30 });
});

test('what takes no state is profiled too, and XLA is refused', () => {
  const double = compile((x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D), { name: 'square' });
  const { ops } = double.profile(tf.ones([16, 16]));
  expect(ops.reduce((sum, { flops }) => sum + flops, 0)).toBe(2 * 16 ** 3);
  const xla = compile((x: tf.Tensor) => tf.mul(x, 2), { name: 'fast', xla: true });
  expect(() => xla.profile(tf.ones([2]))).toThrow(/^fast: XLA runs a function as one op.*profile it without xla$/);
});
