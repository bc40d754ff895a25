import { useTensorFlow, type HostTensor } from '@spatial-ensemble/engine';
import { key, normal, words } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { knn } from '../src/index.ts';

function features(name: string, rows: number, width: number): HostTensor {
  return { data: normal(key(name), rows * width), shape: [rows, width] };
}

function labels(name: string, rows: number, classes: number): Int32Array {
  return Int32Array.from(words(key(name), rows), (word) => word % classes);
}

describe.each(['cpu', 'tensorflow'])('k nearest neighbours on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  it('are right about the bank itself with k = 1', () => {
    const [bank, bankLabels] = [features('bank', 300, 8), labels('labels', 300, 7)];
    const before = tf.memory().numTensors;
    const asked = { bank, bankLabels, queries: bank, queryLabels: bankLabels, classes: 7, k: 1, temperature: 0.1 };
    const { top1, predicted } = knn(asked);
    expect(top1).toBe(100);
    expect(predicted).toEqual(bankLabels);
    expect(tf.memory().numTensors).toBe(before);
  });
});
