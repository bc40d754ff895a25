import { readFileSync } from 'node:fs';
import { useTensorFlow, type HostTensor } from '@spatial-ensemble/engine';
import { key, normal, words } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { knn, type KnnRequest } from '../src/index.ts';

interface Fixture {
  readonly classes: number;
  readonly width: number;
  readonly bank: readonly number[];
  readonly bankLabels: readonly number[];
  readonly queries: readonly number[];
  readonly queryLabels: readonly number[];
  readonly cases: readonly {
    readonly k: number;
    readonly temperature: number;
    readonly predicted: readonly number[];
    readonly top1: number;
  }[];
}

const fixture = JSON.parse(readFileSync(new URL('fixtures/knn.json', import.meta.url), 'utf8')) as Fixture;

const rows = (data: readonly number[] | Float32Array, width: number): HostTensor => ({
  data: Float32Array.from(data),
  shape: [data.length / width, width],
});

const REFERENCE = {
  bank: rows(fixture.bank, fixture.width),
  bankLabels: Int32Array.from(fixture.bankLabels),
  queries: rows(fixture.queries, fixture.width),
  queryLabels: Int32Array.from(fixture.queryLabels),
  classes: fixture.classes,
};

/** Random features and labels: nothing to be learnt from them. */
function noise(n: number, width: number, classes: number): Pick<KnnRequest, 'bank' | 'bankLabels'> {
  const bankLabels = Int32Array.from(words(key('labels'), n), (word) => word % classes);
  return { bank: rows(normal(key('bank'), n * width), width), bankLabels };
}

describe.each(['cpu', 'tensorflow'])('k nearest neighbours on the backend %s', (backend) => {
  beforeAll(async () => {
    if (backend === 'tensorflow') await useTensorFlow();
    else await tf.setBackend(backend);
  });

  it.each(fixture.cases)(
    'of k = $k at temperature $temperature are those of NumPy',
    ({ predicted, top1, ...asked }) => {
      const outcome = knn({ ...REFERENCE, ...asked });
      expect([...outcome.predicted]).toEqual(predicted);
      expect(outcome.top1).toBeCloseTo(top1, 10);
    },
  );

  it.each([1, 7, 89])('do not depend on blocks of %d rows', (bankRows) => {
    for (const { k, temperature, predicted } of fixture.cases) {
      const outcome = knn({ ...REFERENCE, k, temperature, blocks: { bankRows, values: 1000 } });
      expect([...outcome.predicted], `k = ${k}`).toEqual(predicted);
    }
  });

  it('are right about the bank itself with k = 1', () => {
    const { bank, bankLabels } = noise(300, 8, 7);
    const before = tf.memory().numTensors;
    const asked = { bank, bankLabels, queries: bank, queryLabels: bankLabels, classes: 7, k: 1, temperature: 0.1 };
    const { top1, predicted } = knn(asked);
    expect(top1).toBe(100);
    expect(predicted).toEqual(bankLabels);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('do not depend on the length of features', () => {
    const { k, temperature, predicted } = fixture.cases[1]!;
    const longer = rows(REFERENCE.queries.data.map((value) => 1000 * value) as Float32Array, fixture.width);
    expect([...knn({ ...REFERENCE, queries: longer, k, temperature }).predicted]).toEqual(predicted);
  });

  it('of equal similarity: the earlier one is nearer, in every block', () => {
    const bank = rows([1, 0, 1, 0, 1, 0, 0, 1], 2);
    const asked = {
      bank,
      bankLabels: Int32Array.of(2, 0, 1, 0),
      queries: rows([1, 0], 2),
      queryLabels: Int32Array.of(2),
    };
    for (const bankRows of [1, 2, 4])
      expect(
        knn({ ...asked, classes: 3, k: 1, temperature: 1, blocks: { bankRows, values: 100 } }).top1,
        `blocks of ${bankRows}`,
      ).toBe(100);
  });

  it('at a small temperature are the nearest one, at a large one the majority', () => {
    const bank = rows([1, 0, 1, 0.5, 1, -0.5], 2);
    const asked = { bank, bankLabels: Int32Array.of(0, 1, 1), queries: rows([1, 0], 2), queryLabels: Int32Array.of(0) };
    const predicted = (temperature: number): number => knn({ ...asked, classes: 2, k: 3, temperature }).predicted[0]!;
    expect([predicted(1e-4), predicted(1e4)]).toEqual([0, 1]);
  });

  it('of features that are all zero are still neighbours, of similarity 0', () => {
    const bank = rows([0, 0, -1, 0], 2);
    const asked = {
      bank,
      bankLabels: Int32Array.of(1, 0),
      queries: rows([1, 0, 0, 0], 2),
      queryLabels: Int32Array.of(1, 1),
    };
    expect(knn({ ...asked, classes: 2, k: 1, temperature: 0.1 }).top1).toBe(100);
  });

  it('refuse what cannot be counted, and leave no tensor behind', () => {
    const asked: KnnRequest = { ...REFERENCE, k: 1, temperature: 0.1 };
    const before = tf.memory().numTensors;
    expect(() => knn({ ...asked, k: 91 })).toThrow(
      /k must be a whole number from 1 to the 90 images of the bank, got 91/,
    );
    expect(() => knn({ ...asked, k: 0 })).toThrow(RangeError);
    expect(() => knn({ ...asked, temperature: 0 })).toThrow(/temperature must be above 0/);
    expect(() => knn({ ...asked, classes: 3 })).toThrow(/there are 3 classes/);
    expect(() => knn({ ...asked, queryLabels: Int32Array.of(1) })).toThrow(/the queries must be float32 \[n, f\]/);
    expect(() => knn({ ...asked, queries: rows([1, 2], 2), queryLabels: Int32Array.of(1) })).toThrow(/same features/);
    const whole = { data: Int32Array.from(asked.bank.data), shape: asked.bank.shape };
    expect(() => knn({ ...asked, bank: whole })).toThrow(/the bank must be float32, got Int32Array/);
    const broken = rows(fixture.queries, fixture.width);
    broken.data[7] = NaN;
    expect(() => knn({ ...asked, queries: broken })).toThrow(/a feature of the queries is not finite/);
    expect(tf.memory().numTensors).toBe(before);
  });
});
