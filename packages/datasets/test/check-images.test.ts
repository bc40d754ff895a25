import { key } from '@spatial-ensemble/random';
import { describe, expect, test } from 'vitest';
import { batchesOf, checkImages, imageSet, openLoader, type Images, type ImageSource } from '../src/index.ts';

/** Four images of two pixels in three classes. */
const PARTS: Images = {
  name: 'own',
  title: 'Own',
  split: 'train',
  height: 1,
  width: 2,
  channels: 1,
  classes: ['a', 'b', 'c'],
  images: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 255),
  labels: [0, 1, 2, 0],
};
const label = (image: number, got: string): string =>
  `Own: the label of image ${image} must be a whole number from 0 to 2, one of its 3 classes, got ${got}`;

const WRONG: readonly (readonly [
  what: string,
  change: { readonly [key in keyof Images]?: unknown },
  message: string,
])[] = [
  ['a label that is NaN', { labels: [0, Number.NaN, 2, 0] }, label(1, 'NaN')],
  ['a label that is a fraction', { labels: [0, 1, 1.5, 0] }, label(2, '1.5')],
  ['a label of float32', { labels: Float32Array.of(0, 1, 0.1, 0) }, label(2, '0.10000000149011612')],
  ['a label that is text', { labels: ['0', '1', '2', '0'] }, label(0, '"0"')],
  ['labels that are one text', { labels: '0120' }, label(0, '"0"')],
  ['a label that is missing', { labels: [0, 1, undefined, 0] }, label(2, 'undefined')],
  ['a label beyond int32, which would become 0', { labels: [0, 1, 2, 2 ** 32] }, label(3, '4294967296')],
  ['a label of int64', { labels: BigInt64Array.of(0n, 1n, 2n, 0n) }, label(0, '0')],
  ['a label below -1', { labels: [0, -2, 2, 0] }, label(1, '-2')],
  ['a test image without a label', { labels: [0, -1, 2, 0], split: 'test' }, label(1, '-1')],
  ['a label without a class', { labels: [0, 1, 3, 0] }, label(2, '3')],
  [
    'images that are floats',
    { images: Float32Array.of(0, 0.5, 1, 0, 0, 0, 0, 0) },
    '`images` must be a Uint8Array, got a Float32Array, whose value 1 is 0.5: pixels are bytes, whole numbers from 0 to 255',
  ],
  ['images out of range', { images: [0, 0, 0, 0, 256, 0, 0, 0] }, 'got an Array, whose value 4 is 256'],
  ['images below 0', { images: Int8Array.of(0, 0, -1, 0, 0, 0, 0, 0) }, 'got an Int8Array, whose value 2 is -1'],
  ['images that would fit', { images: [0, 1, 2, 3, 4, 5, 6, 7] }, 'got an Array: Uint8Array.from(images)'],
  ['images that are text', { images: 'pixels' }, '`images` must be a Uint8Array, got a string'],
  ['too few images', { images: new Uint8Array(7) }, '4 labels with 1 x 2 x 1 pixels need 8 bytes of images, got 7'],
  ['four channels', { channels: 4 }, '`channels` must be 1 or 3, got 4'],
  ['half a pixel', { width: 2.5 }, '`width` must be a whole number of pixels, at least 1, got 2.5'],
  ['no classes', { classes: [] }, '`classes` has no names'],
];

describe('images of a caller', () => {
  test.each(WRONG)('%s: refused', (_, change, message) => {
    expect(() => imageSet({ ...PARTS, ...change } as never)).toThrow(message);
  });

  test('too many are refused as well, and right ones pass', () => {
    expect(() => imageSet({ ...PARTS, images: new Uint8Array(9) })).toThrow('need 8 bytes of images, got 9');
    expect(() => checkImages(imageSet(PARTS))).not.toThrow();
  });
});

describe('a source that a caller has put together', () => {
  const streams = [{ name: 's', indices: [0, 1], batch: 2, views: [{ name: 'plain', augment: [] }] }];
  const wrong = (change: object): ImageSource => ({ ...imageSet(PARTS), ...change }) as ImageSource;

  test.each([
    [{ labels: [0, 1, 2, 0] }, '`labels` must be an Int32Array, got an Array; imageSet() makes one'],
    [{ labels: Float32Array.of(0, 1, 2, 0) }, 'got a Float32Array'],
    [{ labels: Int32Array.of(0, 1, 2, 7) }, label(3, '7')],
    [{ labels: Int32Array.of(0, 1) }, 'there are 2 labels for 4 images'],
    [{ images: new Float32Array(8) }, '`images` must be a Uint8Array, got a Float32Array'],
    [{ count: 5 }, '5 labels with 1 x 2 x 1 pixels need 10 bytes'],
    [{ count: 0 }, '`count` must be a whole number of images, at least 1, got 0'],
  ])('%j: refused before a batch is made', async (change, message) => {
    expect(() => openLoader({ source: wrong(change), streams, key: key(1), steps: 1, workers: 0 })).toThrow(message);
    await expect(batchesOf(wrong(change), 2, { indices: [0] }).next()).rejects.toThrow(message);
  });
});
