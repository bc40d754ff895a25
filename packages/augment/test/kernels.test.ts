import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SOURCE_SHA256 } from '../src/pixels/kernels.generated.ts';
import { createCanvas } from '../src/pixels/canvas.ts';
import { transformInto } from '../src/transform.ts';
import { readReference, resultOf, worst } from './reference/read.ts';

test('the compiled kernels are those of the source', () => {
  const hash = createHash('sha256');
  for (const name of ['bytes', 'floats', 'four', 'taps'])
    hash.update(readFileSync(new URL(`../kernels/${name}.ts`, import.meta.url)));
  expect(hash.digest('hex'), 'run scripts/compile-kernels.ts').toBe(SOURCE_SHA256);
});

// Images of many sizes follow each other through one worker's memory, which grows on the way.
test('a canvas remembers nothing of earlier images', () => {
  const cases = ['torchvision', 'deepmind'].flatMap((name) => readReference<object>(name).cases);
  const canvas = createCanvas({ height: 2, width: 3, channels: 1 });
  for (let i = 0; i < cases.length; i++) {
    const described = cases[(i * 101) % cases.length]!;
    if (!described.transforms) continue;
    const got = new Uint8Array(described.expected.length + 2).fill(7);
    transformInto(got, 1, canvas, described.data, 0, described.image, described.transforms);
    expect(worst(got.subarray(1, -1), resultOf(described))).toBe(0);
    expect([got[0], got.at(-1)]).toEqual([7, 7]);
  }
});
