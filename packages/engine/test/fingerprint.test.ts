import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  compile,
  compileStep,
  conv2d,
  NUMERICS,
  requireBackend,
  useTensorFlow,
  valueAndGrad,
} from '@spatial-ensemble/engine';

beforeAll(async () => {
  await useTensorFlow();
});

describe('a fingerprint', () => {
  const of = (fn: (x: tf.Tensor) => tf.Tensor, x = tf.zeros([2, 3])) => compile(fn, { name: 'f' }).fingerprint(x);
  const base = (): string => of((x) => tf.sum(tf.mul(x, 2), 0));

  test('is the same for the same graph, whatever the values and the name', () => {
    expect(of((x) => tf.sum(tf.mul(x, 2), 0), tf.ones([2, 3]))).toBe(base());
    expect(compile((y: tf.Tensor) => tf.sum(tf.mul(y, 2), 0), { name: 'other' }).fingerprint(tf.zeros([2, 3]))).toBe(
      base(),
    );
  });

  test('changes with an op, an attribute, a constant, a shape, the wiring', () => {
    const others = [
      of((x) => tf.max(tf.mul(x, 2), 0)),
      of((x) => tf.sum(tf.mul(x, 2), 0, true)),
      of((x) => tf.sum(tf.mul(x, 2.0000002), 0)),
      of((x) => tf.sum(tf.mul(x, 2), 1)),
      of((x) => tf.sum(tf.mul(x, 2), 0), tf.zeros([3, 2])),
      of((x) => tf.sum(tf.mul(2, x), 0)),
    ];
    expect(new Set([base(), ...others]).size).toBe(7);
  });

  test('changes with what is returned', () => {
    const pair = (swap: boolean) =>
      compile((x: tf.Tensor) => {
        const [a, b] = [tf.add(x, 1), tf.sub(x, 1)];
        return swap ? [b, a] : [a, b];
      }).fingerprint(tf.scalar(1));
    expect(pair(true)).not.toBe(pair(false));
  });

  test('does not run the function', () => {
    const f = compile((x: tf.Tensor, i: tf.Tensor) => tf.gather(x, i as tf.Tensor1D));
    const index = tf.tensor1d([7], 'int32');
    expect(f.fingerprint(tf.zeros([2]), index)).toMatch(/^[0-9a-f]{64}$/);
    expect(f.traces).toBe(0);
    expect(() => f(tf.zeros([2]), index)).toThrow(/= 7 is not in \[0, 2\)/);
  });
});

/** Little-endian bytes of a float32. */
const bytesOf = (value: number): Buffer => Buffer.from(Float32Array.of(value).buffer);
const sha256 = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

describe('a fingerprint is the sha256 of what the function wrote, line by line', () => {
  const FLOAT = 'T=4:1';
  // By TensorFlow's numbers 1 is float32, 20 a resource.
  const STATE = ['Placeholder 20 []', 'ReadVariableOp (0:0) dtype=4:1\n', 'Placeholder 1 []'];
  const step = (next: (w: tf.Tensor, rate: tf.Scalar) => tf.Tensor) =>
    compileStep((w: tf.Tensor, rate: tf.Scalar) => [next(w, rate), tf.neg(rate)]).fingerprint(
      tf.zeros([3]),
      tf.scalar(1),
    );

  test('arguments, constants, ops, and what is returned', () => {
    const f = compile((x: tf.Tensor) => tf.mul(tf.exp(x), tf.scalar(3)));
    expect(f.fingerprint(tf.zeros([2]))).toBe(
      sha256(
        `Placeholder 1 [2]Exp (0:0) ${FLOAT}\nConst 1 [] `,
        bytesOf(3),
        `Mul (1:0,2:0) ${FLOAT}\nIdentity (3:0) ${FLOAT}\n`,
      ),
    );
  });

  test('state that moves by a scaled step, by a difference, to another value, or not at all', () => {
    const end = `Neg (2:0) ${FLOAT}\n`;
    const scaled = [`Mul (2:0,1:0) ${FLOAT}\n`, `Sub (1:0,3:0) ${FLOAT}\n`, end, `Identity (5:0) ${FLOAT}\n`];
    expect(step((w, rate) => tf.sub(w, tf.mul(rate, w)))).toBe(
      sha256(...STATE, ...scaled, `ResourceApplyGradientDescent (0:0,2:0,1:0) ${FLOAT} use_locking=3:false\n`),
    );
    const apart = [`Exp (1:0) ${FLOAT}\n`, `Sub (1:0,3:0) ${FLOAT}\n`, end, `Identity (5:0) ${FLOAT}\n`];
    expect(step((w) => tf.sub(w, tf.exp(w)))).toBe(sha256(...STATE, ...apart, 'AssignSubVariableOp (0:0,3:0) dtype=4:1\n')); // prettier-ignore
    const replaced = [`Exp (1:0) ${FLOAT}\n`, end, `Identity (4:0) ${FLOAT}\n`];
    expect(step((w) => tf.exp(w))).toBe(sha256(...STATE, ...replaced, 'AssignVariableOp (0:0,3:0) dtype=4:1\n'));
    expect(step((w) => w)).toBe(sha256(...STATE, end, `Identity (3:0) ${FLOAT}\n`));
  });
});

describe('no pass of the engine is in a fingerprint', () => {
  /** A strided 1 x 1 filter of 3 channels, a dilated filter, a mean: each of them meets a pass on some machine. */
  const run = (precision: 'float32' | 'bfloat16') =>
    compile(
      (x: tf.Tensor4D, point: tf.Tensor4D, wide: tf.Tensor4D) =>
        valueAndGrad((p: { point: tf.Tensor4D; wide: tf.Tensor4D }) => {
          const y = conv2d(tf.conv2d(x, p.wide, 1, 'valid', 'NHWC', 2) as tf.Tensor4D, p.point, 2, 'valid');
          return { loss: tf.mean(y) as tf.Scalar, aux: {} };
        })({ point, wide }),
      { precision },
    );
  const inputs = [tf.zeros, tf.zeros, tf.zeros].map((make, i) =>
    make<tf.Rank.R4>(
      [
        [1, 12, 12, 3],
        [1, 1, 3, 16],
        [3, 3, 3, 3],
      ][i] as [number, number, number, number],
    ),
  ) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const ops = (precision: 'float32' | 'bfloat16' = 'float32'): string =>
    [...run(precision).count(...inputs).signatures].join();

  /** Does something while the library says other things of the machine. */
  function elsewhere<T>(
    machine: { oneDNN: boolean; oneDnnBlock: 8 | 16 | undefined; bfloat16: string },
    use: () => T,
  ): T {
    const { runtime } = requireBackend().binding;
    const { oneDNN } = runtime;
    for (const [name, value] of Object.entries(machine))
      Object.defineProperty(runtime, name, { configurable: true, value });
    try {
      return use();
    } finally {
      for (const name of ['oneDnnBlock', 'bfloat16']) Reflect.deleteProperty(runtime, name);
      Object.defineProperty(runtime, 'oneDNN', { configurable: true, value: oneDNN });
    }
  }
  const MACHINES = [
    { oneDNN: true, oneDnnBlock: undefined, bfloat16: 'native' },
    { oneDNN: true, oneDnnBlock: 8, bfloat16: 'rounded' },
    { oneDNN: false, oneDnnBlock: undefined, bfloat16: 'rounded' },
  ] as const;

  test('detours around kernels of a machine, and the policy of bfloat16, though the graphs that run have them', () => {
    const graphs = MACHINES.flatMap((machine) =>
      (['float32', 'bfloat16'] as const).map((precision) => elsewhere(machine, () => ops(precision))),
    );
    expect(new Set(graphs).size).toBe(6);
    const fingerprints = MACHINES.flatMap((machine) =>
      (['float32', 'bfloat16'] as const).map((precision) =>
        elsewhere(machine, () => run(precision).fingerprint(...inputs)),
      ),
    );
    expect(new Set(fingerprints).size).toBe(1);
  });

  test('gradients without literals, which are for counting', () => {
    const before = run('float32').fingerprint(...inputs);
    const counted = run('float32');
    expect(counted.count(...inputs).signatures.has('Fill(int32, float32)')).toBe(true);
    expect(counted.fingerprint(...inputs)).toBe(before);
  });
});

test("the version of the engine's arithmetic is told to whoever starts it", async () => {
  expect(Number.isInteger(NUMERICS)).toBe(true);
  expect((await useTensorFlow()).numerics).toBe(NUMERICS);
});
