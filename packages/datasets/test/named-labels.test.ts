import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { dataSchema, imageSet } from '../src/index.ts';
import { namedLabels } from '../src/named-labels.ts';
import { cifar10 } from '../src/sources/cifar/cifar.ts';
import { loadFashionMnist } from '../src/sources/fashion-mnist.ts';

const folder = mkdtempSync(join(process.cwd(), '.labels-'));
afterAll(() => rmSync(folder, { recursive: true }));

const images = (officialOrder: boolean, count = 6) =>
  imageSet({
    name: 'tiny',
    title: 'Tiny',
    split: 'train',
    officialOrder,
    height: 1,
    width: 1,
    channels: 1,
    classes: ['a', 'b'],
    images: new Uint8Array(count),
    labels: Array.from({ length: count }, (_, i) => i % 2),
  });

/** A file with this text, as a study names it. */
function declared(text: string, name = 'labels.txt') {
  const file = join(folder, name);
  writeFileSync(file, text);
  return { indices: relative(process.cwd(), file), sha256: createHash('sha256').update(text).digest('hex') };
}

describe('labels that a file names', () => {
  test('are a JSON list, or one a line', async () => {
    for (const text of ['[4, 0, 3]', ' [4,\n0,\n3]\n', '4\n0\n3\n', '4\r\n0\r\n3'])
      expect(await namedLabels(declared(text), images(true)), text).toEqual([4, 0, 3]);
  });

  test('are refused of images that are not known to be in the official order', async () => {
    await expect(namedLabels(declared('0\n1'), images(false))).rejects.toThrow(
      /data\.labelled: .*labels\.txt names images by their place in the official training set, and those of Tiny are not/,
    );
    // A part of the published images has places of its own.
    expect((await loadFashionMnist({ split: 'train', images: 'embedded' })).officialOrder).toBe(false);
  });

  test('are of the file that the study means', async () => {
    const { indices, sha256 } = declared('0\n1\n');
    writeFileSync(join(process.cwd(), indices), '0\n2\n');
    await expect(namedLabels({ indices, sha256 }, images(true))).rejects.toThrow(
      /is not the file .*: its SHA-256 is \w{64}, not/,
    );
  });

  test.each([
    ['6', /names image 6, and Tiny has 6 training images, from 0/],
    ['1\n2\n1', /names image 1 twice/],
    ['1\n-2', /entry 2 must be the index of an image, a whole number from 0, got "-2"/],
    ['[1, 1.5]', /entry 2 must be .* got 1\.5/],
    ['1\n\n2', /entry 2 must be .* got ""/],
    ['[1, 2', /is no list of indices in JSON/],
  ])('are indices of images, each once: not %j', async (text, message) => {
    await expect(namedLabels(declared(text), images(true))).rejects.toThrow(message);
  });

  test('are declared by a path that means the same file everywhere, and a hash', () => {
    const sha256 = 'a'.repeat(64);
    const parse = (labelled: unknown) => dataSchema([cifar10]).safeParse({ source: 'cifar10', labelled, heldOut: 0 });
    expect(parse({ indices: 'experiments/splits/cifar10-40.json', sha256 }).success).toBe(true);
    for (const indices of ['/data/labels.json', '../labels.json', 'a/../../b', 'C:\\labels', '~/labels', ''])
      expect(parse({ indices, sha256 }).success, indices).toBe(false);
    expect(parse({ indices: 'labels.json' }).success).toBe(false);
    expect(parse({ indices: 'labels.json', sha256: 'short' }).success).toBe(false);
  });
});
