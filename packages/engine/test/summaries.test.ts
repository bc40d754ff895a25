import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSummaries, useTensorFlow } from '@spatial-ensemble/engine';
import { binding } from '@spatial-ensemble/engine/binding';
import { readEvents, summariesIn } from './read-events.ts';

interface Writer {
  scalar(name: string, value: number | tf.Scalar, step: number): void;
  histogram(name: string, data: tf.Tensor, step: number, buckets?: number): void;
  flush(): void;
}

const { summaryFileWriter } = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/tensorboard') as {
  summaryFileWriter(directory: string): Writer;
};

const directory = mkdtempSync(join(tmpdir(), 'summaries-'));
afterAll(() => rmSync(directory, { recursive: true }));
beforeAll(async () => {
  await useTensorFlow();
});

test('scalars and histograms land in an event file that reads back', () => {
  const writer = summaryFileWriter(directory);
  const handles = binding().getNumOfTensors();
  writer.scalar('loss', 0.5, 1);
  tf.tidy(() => writer.scalar('loss', tf.scalar(0.25), 2));
  tf.tidy(() => writer.histogram('weights', tf.tensor1d([0, 0.1, 0.9, 1]), 2, 2));
  writer.flush();
  expect(binding().getNumOfTensors()).toBe(handles);
  const [file, ...others] = readdirSync(directory);
  expect(others).toEqual([]);
  expect(file).toMatch(/^events\.out\.tfevents\..*\.v2$/);
  const [version, ...events] = readEvents(readFileSync(join(directory, file!)));
  expect(version!.fileVersion).toBe('brain.Event:2');
  const values = events.map(({ step, summary }) => ({ step, ...summary!.value[0]! }));
  expect(values.map(({ step, tag }) => [step, tag])).toEqual([
    [1, 'loss'],
    [2, 'loss'],
    [2, 'weights'],
  ]);
  expect(values.slice(0, 2).map(({ simpleValue }) => simpleValue)).toEqual([0.5, 0.25]);
  const histogram = values[2]!;
  expect(histogram.metadata!.pluginData.pluginName).toBe('histograms');
  const { tensorContent } = histogram.tensor!;
  // Left edge, right edge and count of each bucket.
  expect(Array.from(new Float32Array(Uint8Array.from(tensorContent).buffer))).toEqual([0, 0.5, 2, 0.5, 1, 2]);
});

test('numbers, histograms and images read back; what is there of a step is not written again', () => {
  const folder = join(directory, 'own');
  const handles = binding().getNumOfTensors();
  const values = Float32Array.from({ length: 1000 }, (_, i) => (i - 500) / 1000);
  const pixels = Uint8Array.from({ length: 10 * 4 * 5 * 3 }, (_, i) => 40 + (i % 100));
  const write = (upTo: number | undefined, steps: readonly number[]): void => {
    const summaries = openSummaries(folder, upTo);
    summaries.images('views', { data: pixels, shape: [10, 4, 5, 3] }, 0);
    for (const step of steps) {
      summaries.scalar('loss', 1 / step, step);
      tf.tidy(() => summaries.histogram('weights', tf.tensor1d(values), step));
    }
    expect(summaries.has('loss', steps.at(-1)!)).toBe(true);
    expect(summaries.has('loss', 99)).toBe(false);
    summaries.flush();
    summaries.close();
  };
  const told = (): string[] => summariesIn(folder).map(({ tag, step }) => `${tag} ${step}`);
  const whole = (steps: number): string[] => [
    ...Array.from({ length: 8 }, (_, i) => `views/image/${i} 0`),
    ...Array.from({ length: steps }, (_, i) => [`loss ${i + 1}`, `weights ${i + 1}`]).flat(),
  ];

  write(undefined, [1, 2, 3]);
  expect(told()).toEqual(whole(3));
  const all = summariesIn(folder);
  expect(all.filter(({ tag }) => tag === 'loss').map(({ simpleValue }) => simpleValue)).toEqual([1, 0.5, Math.fround(1 / 3)]); // prettier-ignore
  const { histo } = all.find(({ tag }) => tag === 'weights')!;
  expect(histo).toMatchObject({ min: -0.5, num: 1000 });
  expect(histo!.max).toBeCloseTo(0.499, 6);
  expect(histo!.sum).toBeCloseTo(-0.5, 4);
  const { image } = all.find(({ tag }) => tag === 'views/image/7')!;
  expect(image).toMatchObject({ height: 4, width: 5, colorspace: 3 });

  // Killed in the middle of a record, after step 2 was saved: from there on it is written anew, in a second file.
  const [file] = readdirSync(folder);
  appendFileSync(join(folder, file!), Buffer.from([200, 1, 0, 0]));
  write(2, [2, 3, 4]);
  expect(readdirSync(folder)).toHaveLength(2);
  expect(told()).toEqual(whole(4));

  // Damaged in its last record: that one is written again.
  const last = join(folder, readdirSync(folder).toSorted().at(-1)!);
  const bytes = readFileSync(last);
  writeFileSync(last, bytes.fill(0xff, bytes.length - 40, bytes.length - 4));
  write(4, [2, 3, 4]);
  expect(told()).toEqual(whole(4));

  // Begun anew.
  write(undefined, [1]);
  expect(readdirSync(folder)).toHaveLength(1);
  expect(told()).toEqual(whole(1));
  // Nothing new: no file for nothing.
  openSummaries(folder, 1).close();
  expect(readdirSync(folder)).toHaveLength(1);
  expect(binding().getNumOfTensors()).toBe(handles);
});

test('a folder that cannot be written is an error that names it', () => {
  expect(() => openSummaries('/proc/none/of/it', undefined).scalar('loss', 1, 1)).toThrow(/\/proc\/none/);
  expect(() => {
    const summaries = openSummaries(join(directory, 'gaps'), undefined);
    try {
      tf.tidy(() => summaries.histogram('weights', tf.tensor1d([1, NaN]), 1));
    } finally {
      summaries.close();
    }
  }).toThrow(/nan/i);
});
