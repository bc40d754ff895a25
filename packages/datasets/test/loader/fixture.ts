import { createHash } from 'node:crypto';
import { key } from '@spatial-ensemble/random';
import type { AugmentSpec } from '@spatial-ensemble/augment';
import { imageSet, openLoader, type LoadedBatch, type LoaderOptions } from '../../src/index.ts';

const WEAK: AugmentSpec = [
  { op: 'flip', p: 0.5 },
  { op: 'shift', max: 4, mode: 'reflect' },
];
const STRONG: AugmentSpec = [...WEAK, { op: 'randaugment', variant: 'fm-code' }, { op: 'cutout', size: 14 }];

const COUNT = 100;
const PIXELS = 28 * 28;

/** 100 different images in 10 classes. */
export const source = imageSet({
  name: 'pattern',
  title: 'Pattern',
  split: 'train',
  height: 28,
  width: 28,
  channels: 1,
  classes: Array.from({ length: 10 }, (_, i) => `class ${i}`),
  images: Uint8Array.from(
    { length: COUNT * PIXELS },
    (_, i) => (Math.floor(i / PIXELS) * 31 + (i % 28) * 5 + Math.floor((i % PIXELS) / 28) * 3) & 0xff,
  ),
  labels: Array.from({ length: COUNT }, (_, i) => i % 10),
});

/** FixMatch's streams; the labelled images, fewer than a batch of them, are among the unlabelled ones. */
export const options = {
  source,
  key: key(11).fold('data'),
  steps: 12,
  streams: [
    { name: 'labelled', indices: [2, 3, 5, 7, 11, 13], batch: 16, views: [{ name: 'weak', augment: WEAK }] },
    {
      name: 'unlabelled',
      indices: Array.from({ length: COUNT }, (_, i) => i),
      batch: 56,
      views: [
        { name: 'weak', augment: WEAK },
        { name: 'strong', augment: STRONG },
      ],
    },
  ],
} as const satisfies LoaderOptions;

/** A hash of all that a batch holds. */
export function hashBatch({ step, streams, indices }: LoadedBatch): string {
  const hash = createHash('sha256').update(String(step));
  for (const [name, views] of Object.entries(streams)) {
    for (const [view, { data, shape }] of Object.entries(views))
      hash.update(`${name} ${view} ${shape.join(' ')}`).update(data);
    hash.update(indices[name]!);
  }
  return hash.digest('hex');
}

/** The hashes of all batches, after which the loader is closed. */
export async function hashesOf(changes: Partial<LoaderOptions> = {}): Promise<readonly string[]> {
  const hashes: string[] = [];
  for await (const batch of openLoader({ ...options, ...changes })) hashes.push(hashBatch(batch));
  return hashes;
}
