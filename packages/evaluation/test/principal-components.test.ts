import { readFileSync } from 'node:fs';
import { type HostTensor, symmetricEigen, useTensorFlow } from '@spatial-ensemble/engine';
import { key, normal } from '@spatial-ensemble/random';
import { allOf, inMemory } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';

import { alongComponents, fitComponents, type PrincipalComponents } from '../src/principal-components.ts';

interface Fixture {
  readonly width: number;
  readonly count: number;
  readonly rows: readonly number[];
  readonly others: readonly number[];
  readonly mean: readonly number[];
  readonly alongRows: readonly number[];
  readonly alongOthers: readonly number[];
}

const fixture = JSON.parse(
  readFileSync(new URL('fixtures/principal-components.json', import.meta.url), 'utf8'),
) as Fixture;
const matrix = (data: readonly number[] | Float32Array, width: number): HostTensor => ({
  data: Float32Array.from(data),
  shape: [data.length / width, width],
});
const rows = matrix(fixture.rows, fixture.width);
const alongAll = async (all: HostTensor, components: PrincipalComponents): Promise<HostTensor> =>
  allOf(await alongComponents(inMemory(all), components));

beforeAll(() => useTensorFlow());

it('are those of scikit-learn, of the rows that they were fitted to and of others, but for their signs', async () => {
  const { count, width } = fixture;
  const before = tf.memory().numTensors;
  const components = await fitComponents(inMemory(rows), count);
  components.mean.forEach((value, i) => expect(value).toBeCloseTo(fixture.mean[i]!, 5));
  const ours = await alongAll(rows, components);
  const others = await alongAll(matrix(fixture.others, width), components);
  expect([ours.shape, others.shape]).toEqual([[60, count], [7, count]]); // prettier-ignore
  expect(tf.memory().numTensors).toBe(before);
  const signs = Array.from({ length: count }, (_, c) => Math.sign(ours.data[c]! * fixture.alongRows[c]!));
  for (const [made, reference] of [
    [ours, fixture.alongRows],
    [others, fixture.alongOthers],
  ] as const)
    // prettier-ignore
    reference.forEach((value, i) => expect(made.data[i]! * signs[i % count]!, `number ${i}`).toBeCloseTo(value, 4));
});

it('keep all distances where all of them are kept, in as many blocks as there are', async () => {
  const width = 5;
  const many = matrix(normal(key('rows'), 9000 * width), width);
  const along = await alongAll(many, await fitComponents(inMemory(many), width));
  const distance = ({ data }: HostTensor, a: number, b: number): number =>
    Math.hypot(...Array.from({ length: width }, (_, i) => data[a * width + i]! - data[b * width + i]!));
  for (const [a, b] of [
    [0, 1],
    [4095, 4096],
    [17, 8999],
  ] as const)
    // prettier-ignore
    expect(distance(along, a, b)).toBeCloseTo(distance(many, a, b), 4);
});

it('are refused where there are none', async () => {
  await expect(fitComponents(inMemory(rows), 10)).rejects.toThrow(
    /there are 1 to 9 principal components of 9 numbers, got 10/,
  );
  await expect(fitComponents(inMemory(matrix([1, 2], 2)), 1)).rejects.toThrow(/need two rows or more, got 1/);
});

it('rest on eigenvectors that are those of a matrix known by hand', () => {
  tf.tidy(() => {
    const { values, vectors } = symmetricEigen(tf.tensor2d([[2, 1], [1, 2]])); // prettier-ignore
    const [one, three] = values.dataSync();
    expect([one, three]).toEqual([expect.closeTo(1, 6), expect.closeTo(3, 6)]);
    for (const value of vectors.dataSync()) expect(Math.abs(value)).toBeCloseTo(Math.SQRT1_2, 6);
    expect(() => symmetricEigen(tf.zeros([2, 3]))).toThrow(/takes a square matrix of float32, got float32 \[2, 3\]/);
  });
});
