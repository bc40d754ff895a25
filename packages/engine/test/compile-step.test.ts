import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  compile,
  compileStep,
  hostScalar,
  keyed,
  requireBackend,
  useTensorFlow,
  type HostTensor,
} from '@spatial-ensemble/engine';
import { expectClose } from './close.ts';

beforeAll(async () => {
  await useTensorFlow();
});

type Named = { readonly [name: string]: tf.Tensor };
const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());
const all = (state: Named): number[][] => Object.values(state).map(values);
const increment = () =>
  compileStep(
    (state: Named, by: tf.Tensor) =>
      [
        Object.fromEntries(Object.entries(state).map(([name, x]) => [name, tf.add(x, by)])) as Named,
        tf.sum(tf.addN(Object.values(state))),
      ] as const,
    { name: 'count' },
  );

describe('state', () => {
  const updates: readonly (readonly [
    string,
    (s: { a: tf.Tensor; b: tf.Tensor }, k: tf.Tensor) => { a: tf.Tensor; b: tf.Tensor },
    (a: number, b: number) => [number, number],
  ])[] = [
    ['is swapped', ({ a, b }) => ({ a: b, b: a }), (a, b) => [b, a]],
    ['stays as it is', (s) => s, (a, b) => [a, b]],
    ['stays in part', ({ a, b }) => ({ a, b: tf.mul(b, a) }), (a, b) => [a, b * a]],
    [
      'becomes one thing twice',
      ({ a }) => {
        const x = tf.mul(a, 0.5);
        return { a: x, b: x };
      },
      (a) => [a / 2, a / 2],
    ],
    ['becomes an old value twice', ({ a }) => ({ a, b: a }), (a) => [a, a]],
    ['becomes a constant', ({ a }) => ({ a: tf.fill(a.shape, 3), b: tf.onesLike(a) }), () => [3, 1]],
    ['becomes an argument', ({ a }, k) => ({ a: tf.add(tf.zerosLike(a), k), b: a }), (a) => [0.25, a]],
    // What can be done in place, with every value read before it is written.
    [
      'minus a product: both from the old values',
      ({ a, b }, k) => ({ a: tf.sub(a, tf.mul(k, b)), b: tf.sub(b, tf.mul(a, k)) }),
      (a, b) => [a - 0.25 * b, b - 0.25 * a],
    ],
    ['minus the other', ({ a, b }) => ({ a: tf.sub(a, b), b: tf.sub(b, a) }), (a, b) => [a - b, b - a]],
    ['minus itself', ({ a, b }) => ({ a: tf.sub(a, a), b: tf.sub(b, tf.mul(0.5, b)) }), (_, b) => [0, b / 2]],
    [
      'the other minus a product',
      ({ a, b }, k) => ({ a: tf.sub(b, tf.mul(k, a)), b: tf.sub(tf.mul(k, a), b) }),
      (a, b) => [b - 0.25 * a, 0.25 * a - b],
    ],
    [
      'minus a broadcast',
      ({ a, b }, k) => ({ a: tf.sub(a, k), b: tf.sub(b, tf.mul(k, k)) }),
      (a, b) => [a - 0.25, b - 0.0625],
    ],
    [
      'a moving average',
      ({ a, b }, k) => ({ a: tf.sub(a, tf.mul(tf.sub(a, b), k)), b }),
      (a, b) => [a - (a - b) * 0.25, b],
    ],
  ];
  for (const [name, update, expected] of updates) {
    test(`that ${name} has the values of the pure function, three steps long, and results are snapshots`, () => {
      const size = 500;
      const numbers = (seed: number): Float32Array =>
        Float32Array.from({ length: size }, (_, i) => Math.sin(i * seed) + 2);
      let [a, b]: [Float32Array, Float32Array] = [numbers(1), numbers(2)];
      let state: { a: tf.Tensor; b: tf.Tensor } = { a: tf.tensor1d(a), b: tf.tensor1d(b) };
      const step = compileStep(
        (s: typeof state, k: tf.Tensor) => {
          const next = update(s, k);
          return [next, { old: s, next }] as const;
        },
        { name: 'update' },
      );
      for (let i = 0; i < 3; i++) {
        const before = [a, b] as const;
        const pairs = Array.from(a, (x, j) => expected(x, b[j]!));
        [a, b] = [Float32Array.from(pairs, ([x]) => x), Float32Array.from(pairs, ([, y]) => y)];
        const [next, { old, next: seen }] = step(state, tf.scalar(0.25));
        state = next;
        expectClose(seen.a, a, 1e-5, `a after ${i + 1}`);
        expectClose(seen.b, b, 1e-5, `b after ${i + 1}`);
        // What was handed out stays what it was while the state goes on.
        if (i === 2) step({ a: tf.clone(state.a), b: tf.clone(state.b) }, tf.scalar(0.25));
        expectClose(old.a, before[0], 1e-5, 'old a');
        expectClose(old.b, before[1], 1e-5, 'old b');
        expectClose(state.a, a, 1e-5, 'state a');
        expectClose(state.b, b, 1e-5, 'state b');
      }
      step.dispose();
    });
  }

  test('is traced once; host tensors may begin it; int32, bool, scalars and empty ones are state too', () => {
    const step = compileStep(
      (s: Named) =>
        [
          {
            n: tf.add(s['n']!, tf.scalar(1, 'int32')),
            on: tf.logicalNot(s['on']!),
            none: tf.neg(s['none']!),
            f: tf.mul(s['f']!, 2),
          } as Named,
          tf.add(s['n']!, 0),
        ] as const,
    );
    const first = {
      n: { data: Uint8Array.of(5), shape: [] },
      on: tf.scalar(true),
      none: tf.zeros([0, 3]),
      f: { data: Float32Array.of(1.5, 2), shape: [2] },
    };
    let [state] = step(first);
    for (let i = 0; i < 2; i++) [state] = step(state);
    expect(all(state)).toEqual([[12, 16], [8], [], [0]]);
    expect(Object.entries(state).map(([name, x]) => [name, x.dtype])).toEqual([
      ['f', 'float32'],
      ['n', 'int32'],
      ['none', 'float32'],
      ['on', 'bool'],
    ]);
    expect(step.traces).toBe(1);
  });

  test('may hold one tensor twice, as a teacher that begins as its student does', () => {
    const step = increment();
    const w = tf.tensor1d([1, 2]);
    let [state] = step({ student: w, teacher: w }, tf.scalar(1));
    expect(all(state)).toEqual([
      [2, 3],
      [2, 3],
    ]);
    [state] = step({ student: state['student']!, teacher: state['student']! }, tf.scalar(1));
    expect(all(state)).toEqual([
      [3, 4],
      [3, 4],
    ]);
    [state] = step(state, tf.scalar(1));
    expect(all(state)).toEqual([
      [4, 5],
      [4, 5],
    ]);
    expect(() => w.dataSync()).toThrow('donated to count');
  });

  test('may share a tensor with an argument', () => {
    const step = increment();
    const w = tf.tensor1d([1, 2]);
    let [state] = step({ w }, w);
    expect(all(state)).toEqual([[2, 4]]);
    [state] = step(state, state['w']!);
    expect(all(state)).toEqual([[4, 8]]);
    expect(() => w.dataSync()).toThrow('donated to count');
  });

  test('leaves clones, reshapes and results that share its data alone', () => {
    const step = increment();
    const w = tf.add(tf.tensor1d([1, 2]), 0);
    const early = tf.clone(w);
    let [state] = step({ w }, tf.scalar(1));
    expect(() => tf.add(w, 1)).toThrow('donated to count: state.w');
    const shaped = tf.reshape(state['w']!, [2, 1]);
    const doubled = tf.mul(state['w']!, 2);
    [state] = step(state, tf.scalar(1));
    [state] = step(state, tf.scalar(1));
    expect([values(early), values(shaped), values(doubled), ...all(state)]).toEqual([
      [1, 2],
      [2, 3],
      [4, 6],
      [4, 5],
    ]);
    expect(shaped.shape).toEqual([2, 1]);
    expect(values(tf.add(shaped, 1))).toEqual([3, 4]);
  });

  test('is an ordinary tensor in between: read, used, passed to other functions, kept by tidy, disposed', () => {
    const step = increment();
    const [state] = step({ w: tf.tensor1d([1, 2]) }, tf.scalar(1));
    expect(values(tf.square(state['w']!))).toEqual([4, 9]);
    expect(values(compile((x: tf.Tensor) => tf.neg(x))(state['w']!))).toEqual([-2, -3]);
    const next = tf.tidy(() => step(state, tf.scalar(1))[0]);
    expect(all(next)).toEqual([[3, 4]]);
    const { binding } = requireBackend();
    const before = binding.getNumOfTensors();
    tf.dispose(next as { w: tf.Tensor });
    expect(binding.getNumOfTensors()).toBe(before - 1);
  });

  test('may be a tf.Variable, whose value is taken', () => {
    const step = increment();
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const [state] = step({ variable }, tf.scalar(1));
    expect(all(state)).toEqual([[2, 3]]);
    expect(() => variable.dataSync()).toThrow('donated to count');
  });
});

describe('donated state', () => {
  test('used again is an error that names the step and the leaf, however it is used', async () => {
    const step = increment();
    const first = { w: tf.tensor1d([1, 2]), v: tf.tensor1d([0, 0]) };
    const [second] = step(first, tf.scalar(1));
    step(second, tf.scalar(1));
    for (const state of [first, second as typeof first]) {
      const uses = [
        () => state.w.dataSync(),
        () => state.w.arraySync(),
        () => state.w.print(),
        () => tf.add(state.w, 1),
        () => tf.clone(state.w),
        () => tf.reshape(state.w, [1, 2]),
        () => tf.concat([state.w, state.v]),
        () => step(state, tf.scalar(1)),
        () => compile((x: Named) => x)(state),
        () => tf.tidy(() => tf.keep(tf.sum(state.w))),
      ];
      for (const use of uses)
        expect(use, String(use)).toThrow(
          /donated to count: state\.[vw] was handed over to a step; use the state that the step returned/,
        );
      await expect(state.w.data()).rejects.toThrow('donated to count');
      await expect(step.async(state, tf.scalar(1))).rejects.toThrow('donated to count');
      expect(state.w.isDisposed).toBe(true);
      state.w.dispose();
    }
  });

  test('one leaf that is gone keeps the others', () => {
    const step = increment();
    const [v, w] = [tf.tensor1d([1]), tf.tensor1d([1])];
    w.dispose();
    expect(() => step({ v, w }, tf.scalar(1))).toThrow('count: state.w: Tensor is disposed');
    expect(() => step({ v }, { data: new Float32Array(3), shape: [1] })).toThrow(/^count: args\[0\]: shape \[1\]/);
    expect(() => step({ v, x: { data: new Float32Array(3), shape: [1] } }, tf.scalar(1))).toThrow(
      /^count: state\.x: shape \[1\]/,
    );
    expect(values(v)).toEqual([1]);
  });

  test('after a call that failed is lost, and the next call with a fresh state works', async () => {
    const step = compileStep(
      (s: Named, i: tf.Tensor) =>
        [{ w: tf.add(s['w']!, 1), v: tf.gather(s['v']!, i as tf.Tensor1D) } as Named, []] as const,
      { name: 'pick' },
    );
    const fresh = (): Named => ({ w: tf.zeros([2]), v: tf.tensor1d([1, 2]) });
    const good = tf.tensor1d([1, 0], 'int32');
    const bad = tf.tensor1d([0, 9], 'int32');
    // Data goes to TensorFlow when it is used first.
    tf.dispose([tf.neg(good), tf.neg(bad)]);
    const { binding } = requireBackend();
    const before = [tf.memory().numTensors, binding.getNumOfTensors()];
    for (const begin of [fresh, () => step(fresh(), good)[0]]) {
      const state = begin();
      expect(() => step(state, bad)).toThrow(/pick: .*= 9 is not in \[0, 2\)/);
      for (const name of ['v', 'w'])
        expect(() => state[name]!.dataSync()).toThrow(
          `donated to pick: state.${name} was handed over to a step; use the state that the step returned (after a step that failed, go on from the last checkpoint)`,
        );
      const other = begin();
      await expect(step.async(other, bad)).rejects.toThrow(/pick: .*= 9 is not in \[0, 2\)/);
      expect(() => other['w']!.dataSync()).toThrow('donated to pick');
      const [next] = step(begin(), good);
      expect(all(next)[0]).toHaveLength(2);
      tf.dispose(next as { w: tf.Tensor });
    }
    expect([tf.memory().numTensors, binding.getNumOfTensors()]).toEqual(before);
  });
});

describe('async', () => {
  const grow = () =>
    compileStep(
      (s: Named, x: tf.Tensor, rate: tf.Tensor) => {
        let y: tf.Tensor2D = x as tf.Tensor2D;
        for (let i = 0; i < 12; i++) y = tf.tanh(tf.matMul(y, s['w'] as tf.Tensor2D)) as tf.Tensor2D;
        return [{ w: tf.sub(s['w']!, tf.mul(rate, y)) } as Named, tf.mean(y)] as const;
      },
      { name: 'grow' },
    );
  const begin = (n: number): Named => ({ w: tf.mul(keyed.normal(key(3), [n, n]), 0.05) });
  const input = (n: number): HostTensor => ({
    data: Float32Array.from({ length: n * n }, (_, i) => Math.cos(i)),
    shape: [n, n],
  });
  const rate = hostScalar(0.1);

  test('gives the bits that the synchronous call gives, also mixed with it', async () => {
    const step = grow();
    const x = input(64);
    let [one, two, mixed] = [begin(64), begin(64), begin(64)];
    const means: number[][] = [[], [], []];
    for (let i = 0; i < 4; i++) {
      const [a, b, c] = [
        step(one, x, rate),
        await step.async(two, x, rate),
        i % 2 === 0 ? step(mixed, x, rate) : await step.async(mixed, x, rate),
      ];
      [a, b, c].forEach(([, mean], j) => means[j]!.push(values(mean)[0]!));
      [one, two, mixed] = [a[0], b[0], c[0]];
    }
    expect(means[1]).toEqual(means[0]);
    expect(means[2]).toEqual(means[0]);
    expect(Buffer.from(two['w']!.dataSync().buffer)).toEqual(Buffer.from(one['w']!.dataSync().buffer));
    expect(step.traces).toBe(1);
  });

  test('lets timers fire meanwhile', async () => {
    const step = grow();
    const x = input(500);
    const [state] = await step.async(begin(500), x, rate);
    let fired = 0;
    const timer = setInterval(() => (fired += 1), 2);
    await step.async(state, x, rate);
    clearInterval(timer);
    expect(fired).toBeGreaterThan(3);
  });

  test('runs several at a time, on states of their own, and none is mistaken for another', async () => {
    const step = grow();
    const x = input(100);
    const [expected] = step(begin(100), x, rate);
    const [alone] = step(expected, x, rate);
    const chain = async (): Promise<Named> => {
      const [state] = await step.async(begin(100), x, rate);
      return (await step.async(state, x, rate))[0];
    };
    const states = await Promise.all([chain(), chain(), chain()]);
    for (const { w } of states) expect(values(w!)).toEqual(values(alone['w']!));
  });

  test('fails where it was called, and nowhere else', async () => {
    const pick = compileStep(
      (s: Named, i: tf.Tensor) => [{ v: tf.gather(s['v']!, i as tf.Tensor1D) } as Named, tf.sum(s['v']!)] as const,
      { name: 'pick' },
    );
    const index = (i: number): tf.Tensor => tf.tensor1d([i], 'int32');
    const outcomes = await Promise.allSettled(
      [0, 5, 0, 7, 0].map((i) => pick.async({ v: tf.tensor1d([i + 1]) }, index(i))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') expect(all(outcome.value[0])).toEqual([[1]]);
      else
        expect(outcome.reason).toMatchObject({
          message: expect.stringContaining(`= ${[0, 5, 0, 7, 0][i]} is not in [0, 1)`) as string,
        });
    }
    expect(values(pick({ v: tf.tensor1d([3]) }, index(0))[1])).toEqual([3]);
  });

  test('an error while tracing is a rejection, too', async () => {
    await expect(compile((x: tf.Tensor) => tf.scalar(x.dataSync()[0]!)).async(tf.scalar(1))).rejects.toThrow(
      'was read while the function is traced',
    );
  });

  test('arguments may be disposed, and the function too, while it runs', async () => {
    const step = grow();
    const x = tf.tensor2d(Float32Array.from(input(200).data), [200, 200]);
    const running = step.async(begin(200), x, rate);
    x.dispose();
    step.dispose();
    const [state, mean] = await running;
    expect(values(mean)).toHaveLength(1);
    expect(state['w']!.shape).toEqual([200, 200]);
    expect(() => step(state, x, rate)).toThrow('grow was disposed');
  });
});
