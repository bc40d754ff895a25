import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Expects two tensors, or lists of numbers, to agree within `tolerance` of the larger of 1 and the value. */
export function expectClose(
  actual: Tensor | ArrayLike<number>,
  expected: Tensor | ArrayLike<number>,
  tolerance = 1e-5,
  what = 'value',
): void {
  const [a, e] = [numbers(actual), numbers(expected)];
  if ('shape' in actual && 'shape' in expected) expect(actual.shape, `shape of ${what}`).toEqual(expected.shape);
  expect(a.length, `length of ${what}`).toBe(e.length);
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - e[i]!);
    // NaN equals NaN, infinity itself.
    const same = Object.is(a[i], e[i]) || difference <= tolerance * Math.max(1, Math.abs(e[i]!));
    if (!same) expect.fail(`${what}[${i}] is ${a[i]}, expected ${e[i]} (off by ${difference})`);
  }
}

function numbers(values: Tensor | ArrayLike<number>): ArrayLike<number> {
  return 'dataSync' in values ? values.dataSync() : values;
}
