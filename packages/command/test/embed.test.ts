import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { moco, MocoSpec } from '@spatial-ensemble/moco';
import { bound, firstWeights } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { embedFolder } from '../src/weights/embed.ts';
import type { StoredNetwork } from '../src/weights/stored-network.ts';

const folder = mkdtempSync(join(tmpdir(), 'embed-'));
beforeAll(async () => {
  await useTensorFlow();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPEC = MocoSpec.parse({
  batch: 8,
  queue: 8,
  images: 8,
  network: { block: 'basic', units: [1, 1], width: 4, stem: 'cifar', batchNorm: { groups: 1 }, projector: { hidden: 8, outputs: 4 } }, // prettier-ignore
  views: { size: 16, evaluationResize: 16 },
});

/** All that is looked at of what a run was declared with. */
const specOf = (declared: object) => ({ data: { declared } });

test('embed: of each image what the method’s own encoder gives, in the order of the names beside', async () => {
  const images = join(folder, 'images');
  mkdirSync(join(images, 'deeper'), { recursive: true });
  const SIDE = 16;
  const pixels = (seed: number): Buffer => Buffer.from(Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * seed * 31) % 256)); // prettier-ignore
  const names = ['a.png', 'b.png', 'deeper/a.png'];
  for (const [i, name] of names.entries())
    await sharp(pixels(i + 1), { raw: { width: SIDE, height: SIDE, channels: 3 } }).png().toFile(join(images, name)); // prettier-ignore
  const source = { bound: bound(moco, SPEC), seed: 1 };
  const weights = firstWeights(source);
  const stored = {
    bound: source.bound,
    weights,
    identity: 'f'.repeat(64),
    spec: specOf({}),
  } as unknown as StoredNetwork;
  const out = join(folder, 'features.npy');
  const said = await embedFolder(stored, images, { whose: 'teacher', out, workers: 0 });
  expect(said).toContain('3 images, 8 features each');
  expect(JSON.parse(readFileSync(join(folder, 'features.names.json'), 'utf8'))).toEqual(names);
  const bytes = readFileSync(out);
  const features = new Float32Array(Uint8Array.from(bytes.subarray(bytes.length - 4 * 3 * 8)).buffer);
  const x = tf.tensor(Uint8Array.from([1, 2, 3].flatMap((seed) => [...pixels(seed)])), [3, SIDE, SIDE, 3], 'int32');
  const expected = source.bound.trainable.encodes!.encode(weights.teacher, x).dataSync();
  for (const [i, value] of features.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
  expect(Math.abs(features[0]! - features[8]!)).toBeGreaterThan(1e-4);

  // As the run decoded its own: a larger picture becomes the middle of what it is once resized.
  const large = join(folder, 'large');
  mkdirSync(large);
  await sharp(pixels(1), { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .resize(2 * SIDE, 3 * SIDE, { kernel: 'nearest' })
    .png()
    .toFile(join(large, 'a.png'));
  const resized = { ...stored, spec: specOf({ source: 'folder', resize: SIDE }) } as unknown as StoredNetwork;
  expect(await embedFolder(resized, large, { whose: 'teacher', out, workers: 0 })).toContain('1 images');
  const as = { whose: 'teacher', out: join(folder, 'as.npy'), workers: 0, size: SIDE } as const;
  await embedFolder(stored, large, as);
  expect(readFileSync(out).equals(readFileSync(as.out))).toBe(true);
});
