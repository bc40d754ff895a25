import { imageSet } from '@spatial-ensemble/datasets';
import { expect, it } from 'vitest';
import type { RunData } from '../src/data.ts';
import type { MeasuredBatch, MeasuredImages, MeasuringTools } from '../src/method.ts';
import type { MeasuredRun } from '../src/run/feature-tools.ts';
import { ownMeasures } from '../src/run/own-measures.ts';

const PLAIN = { name: 'a', title: 'a', height: 1, width: 1, channels: 1, classes: ['a', 'b', 'c'] } as const;

/** Images whose pixel is their index. */
const setOf = (split: 'train' | 'test', labels: number[]) =>
  imageSet({ ...PLAIN, split, labels, images: Uint8Array.from(labels.keys()) });

/** Lets a method measure images of these labels. */
async function measured(
  labels: number[],
  measure: (tools: MeasuringTools) => Promise<unknown>,
  workers = 0,
): Promise<void> {
  const [train, test] = [setOf('train', labels), setOf('test', labels)];
  const split = { labelled: [], unlabelled: [], heldOut: [...labels.keys()], sha256: '' };
  const data: RunData = { train, test, split, manifests: [], splits: [] };
  const measures = { measure: async (_: unknown, tools: MeasuringTools) => (await measure(tools), []) };
  const bound = { name: 'spy', trainable: { measures } };
  await ownMeasures({ bound, seed: 1, data, state: {}, looking: { workers } } as unknown as MeasuredRun);
}

/** Indices and labels of some images, as a method that measures is given them. */
async function given(labels: number[], of: MeasuredImages['of'], count?: number) {
  const which = { of, ...(count !== undefined && { count }) };
  let [indices, told]: number[][] = [[], []];
  await measured(labels, async (tools) => {
    const rows = await tools.rows({ ...which, view: [], batch: 2 }, async ({ images }) =>
      Float32Array.from(images.data),
    );
    [indices, told] = [Array.from(rows.data as Float32Array), [...tools.labels(which)]];
  });
  return { indices, told };
}

const SORTED = [0, 0, 0, 1, 1, 1, 2, 2, 2, 2];

it.each(['test', 'held-out'] as const)('%s images in the order of their classes are evenly spaced', async (of) => {
  expect(await given(SORTED, of, 3)).toEqual({ indices: [0, 3, 6], told: [0, 1, 2] });
  expect(await given(SORTED, of, 4)).toEqual({ indices: [0, 2, 5, 7], told: [0, 0, 1, 2] });
  for (const all of [undefined, 10]) expect((await given(SORTED, of, all)).told).toEqual(SORTED);
});

it.each(['test', 'held-out'] as const)('%s images in another order are the first', async (of) => {
  const labels = [0, 0, 1, 1, 2, 2, 2, 0];
  expect(await given(labels, of, 3)).toEqual({ indices: [0, 1, 2], told: [0, 0, 1] });
});

it.each([
  [0, ['change 0', 'look 0', 'change 2', 'look 2', 'change 4', 'look 4']],
  [1, ['change 0', 'change 2', 'change 4', 'look 0', 'look 2', 'look 4']],
])('with %d threads bytes are changed: ahead of the looks, where there are some', async (workers, expected) => {
  const done: string[] = [];
  const noted =
    <T>(what: string, of: (bytes: Uint8Array) => T) =>
    async ({ images, indices }: MeasuredBatch): Promise<T> => {
      done.push(`${what} ${indices[0]}`);
      return of(images.data as Uint8Array);
    };
  const changed = noted('change', (bytes) => bytes);
  const look = noted('look', (bytes) => Float32Array.from(bytes));
  await measured([0, 1, 0, 1, 0, 1], (tools) => tools.rows({ of: 'test', view: [], batch: 2, changed }, look), workers);
  expect(done).toEqual(expected);
});
