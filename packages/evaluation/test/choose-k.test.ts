import type { HostTensor } from '@spatial-ensemble/engine';
import { inMemory } from '@spatial-ensemble/training';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';

import { chooseK } from '../src/choose-k.ts';

const rows = (...data: number[]): HostTensor => ({ data: Float32Array.from(data), shape: [data.length / 2, 2] });
// One of class 0 in the midst of class 1: its nearest neighbour is right about nothing but itself.
const request = {
  bank: inMemory(rows(1, 0, 1, 0.1, 1, -0.1, 1, 0.2)),
  bankLabels: Int32Array.of(0, 1, 1, 1),
  classes: 2,
  temperature: 10,
};

beforeAll(() => tf.setBackend('cpu'));

it('takes the number of neighbours that is right most often', async () => {
  const asked = { ...request, queries: rows(1, 0.01, 1, -0.01), queryLabels: Int32Array.of(1, 1) };
  expect(await chooseK(asked, [1, 3])).toEqual({ k: 3, top1: 100 });
  expect(await chooseK({ ...asked, queryLabels: Int32Array.of(0, 0) }, [1, 3])).toEqual({ k: 1, top1: 100 });
});

it('takes the smallest of those that are right equally often', async () => {
  const asked = { ...request, queries: rows(1, 0.01, 1, -0.01), queryLabels: Int32Array.of(1, 1) };
  expect((await chooseK(asked, [3, 4])).k).toBe(3);
  expect(await chooseK({ ...asked, queryLabels: Int32Array.of(0, 1) }, [1, 3])).toEqual({ k: 1, top1: 50 });
});
