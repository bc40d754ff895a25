import { expect, test } from 'vitest';
import { checkInt32Shape, checkShape } from '../src/binding/shape-limits.ts';
import { runProgram } from './run-program.ts';

const ones = (n: number): number[] => new Array<number>(n).fill(1);

test('the limits of a shape are those of TensorFlow', () => {
  for (const shape of [[], [0], ones(254), [2 ** 31, 2 ** 31], [2 ** 52, 2 ** 10, 0], [3, 2 ** 53 - 1]])
    expect(() => checkShape(shape)).not.toThrow();
  for (const shape of [[-1], [1.5], [NaN], [Infinity], [2 ** 53]])
    expect(() => checkShape(shape)).toThrow('a shape holds whole numbers from 0 up');
  expect(() => checkShape(ones(255))).toThrow(
    'at most 254 dimensions, got 255: [1, 1, 1, 1, 1, 1, 1, 1, … 255 in all]',
  );
  // 7² · 73 · 127 · 337 · 92737 · 649657 is 2^63 − 1, by one more it is too much.
  expect(() => checkShape([49, 73, 127, 337, 92_737, 649_657])).not.toThrow();
  for (const shape of [
    [2 ** 52, 2 ** 52, 0],
    [0, 2 ** 52, 2 ** 52],
    [2 ** 32, 2 ** 31],
    [49, 73, 127, 337, 92_737, 649_658],
  ])
    expect(() => checkShape(shape)).toThrow('at most 2^63 − 1 elements');
  expect(() => checkInt32Shape([2 ** 31 - 1, 0])).not.toThrow();
  expect(() => checkInt32Shape([1, 2 ** 31])).toThrow(
    'a size is at most 2147483647, got 2147483648 in [1, 2147483648]',
  );
});

test('what is beyond them is an error, op by op and traced, and never the end of the process', async () => {
  const { code, signal, out, err } = await runProgram('limits');
  expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: '' });
  const { said, works } = JSON.parse(out) as { said: Record<string, string>; works: number[] };
  expect(Object.keys(said)).toHaveLength(46);
  expect(
    Object.entries(said).filter(
      ([, message]) =>
        !/at most (254 dimensions|2\^63 − 1 elements|2147483647)|TensorFlow takes numbers up to 2147483647|to 2147483647, got/.test(
          message,
        ),
    ),
  ).toEqual([]);
  expect(said['fill beyond int32']).toBe(
    'Fill: shape: a size is at most 2147483647, got 4294967299 in [4294967299]. Split it into two dimensions',
  );
  expect(said['expandDims of rank 254, traced']).toMatch(
    /ExpandDims would give a tensor that TensorFlow cannot hold: .*limits\.ts/,
  );
  expect(works).toEqual([1, 3, 2, 1]);
}, 60_000);
