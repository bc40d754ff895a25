import { binding, startBinding, type TensorFlowBinding } from '@spatial-ensemble/engine/binding';
import { beforeAll, describe, expect, test } from 'vitest';

let b: TensorFlowBinding;

beforeAll(async () => {
  expect(() => binding()).toThrow(/TensorFlow is not running: call/);
  b = await startBinding();
});

describe('the binding', () => {
  test("is one, with TensorFlow.js' constants and the version of TensorFlow", async () => {
    expect(binding()).toBe(b);
    expect(await startBinding()).toBe(b);
    expect(b.TF_Version).toMatch(/^2\.21\./);
    expect([
      b.TF_FLOAT,
      b.TF_INT32,
      b.TF_UINT8,
      b.TF_STRING,
      b.TF_COMPLEX64,
      b.TF_INT64,
      b.TF_BOOL,
      b.TF_RESOURCE,
    ]).toEqual([1, 3, 4, 7, 8, 9, 10, 20]);
    expect([b.TF_ATTR_STRING, b.TF_ATTR_INT, b.TF_ATTR_FLOAT, b.TF_ATTR_BOOL, b.TF_ATTR_TYPE, b.TF_ATTR_SHAPE]).toEqual(
      [0, 1, 2, 3, 4, 5],
    );
    expect(b.isUsingGpuDevice()).toBe(false);
  });
});
