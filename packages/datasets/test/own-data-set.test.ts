import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { key } from '@spatial-ensemble/random';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  dataSchema,
  fashionMnist,
  imageFolder,
  imageSet,
  knownImages,
  loadImages,
  openLoader,
  type DataSet,
  type DeclaredData,
  type ImageSource,
} from '../src/index.ts';

// Data sets of one's own, made here without a change of any package.

const SIDE = 8;
const options = { bars: z.enum(['upright', 'flat']).optional() };

/** Images in memory: the class is where a bar stands. */
const bars: DataSet<typeof options> = {
  name: 'bars',
  title: 'Bars',
  options,
  known: () => ({ height: SIDE, width: SIDE, channels: 1, classes: SIDE, perClass: 6 }),
  async load({ bars: way = 'upright' }, { split }) {
    const labels = Array.from({ length: 6 * SIDE }, (_, i) => i % SIDE);
    const images = labels.flatMap((label) =>
      Array.from({ length: SIDE * SIDE }, (_, i) =>
        (way === 'upright' ? i % SIDE : Math.floor(i / SIDE)) === label ? 255 : 0,
      ),
    );
    const classes = Array.from({ length: SIDE }, (_, i) => `${way} ${i}`);
    return imageSet({
      name: 'bars',
      title: 'Bars',
      split,
      height: SIDE,
      width: SIDE,
      channels: 1,
      classes,
      images: Uint8Array.from(images),
      labels,
    });
  },
};

let folder = '';
/** Image files in folders of classes, as they lie somewhere. */
const paints: DataSet<Record<never, never>> = {
  name: 'paints',
  title: 'Paints',
  options: {},
  known: () => ({ channels: 3 }),
  load: (_, { split, env }) =>
    imageFolder({ name: 'paints', title: 'Paints', split, root: folder, folder: split, classesOf: 'train', env }),
};

const COLOURS = { blue: [0, 0, 255], green: [0, 255, 0] } as const;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'own-data-set-'));
  for (const split of ['train', 'test'])
    for (const [name, [r, g, b]] of Object.entries(COLOURS)) {
      mkdirSync(join(folder, split, name), { recursive: true });
      for (const height of [9, 12])
        await sharp({ create: { width: 10, height, channels: 3, background: { r, g, b } } })
          .png()
          .toFile(join(folder, split, name, `${height}.png`));
    }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([0, 2])('with %i worker threads', (workers) => {
  const firstBatch = async (source: ImageSource) => {
    const batch = 4;
    const loader = openLoader({
      source,
      key: key(5),
      steps: 3,
      workers,
      streams: [
        {
          name: 'all',
          batch,
          indices: Int32Array.from({ length: source.count }, (_, i) => i),
          views: [{ name: 'plain', augment: [{ op: 'center-crop', size: SIDE }] }],
        },
      ],
    });
    const { value } = await loader.next();
    const { plain, labels } = value!.streams['all']!;
    const [bytes, classes] = [Uint8Array.from(plain!.data), [...labels.data]];
    await loader.close();
    return classes.map((label, i) => ({
      label,
      pixels: bytes.subarray((i * bytes.length) / batch, ((i + 1) * bytes.length) / batch),
    }));
  };

  test('arrays in memory become batches', async () => {
    const source = await loadImages(bars, { bars: 'flat' }, { split: 'train' });
    for (const { label, pixels } of await firstBatch(source))
      expect(pixels).toEqual(
        Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (Math.floor(i / SIDE) === label ? 255 : 0)),
      );
  });

  test('a folder of image files becomes batches', async () => {
    const env = { SPATIAL_ENSEMBLE_CACHE: join(folder, 'cache') };
    const source = await loadImages(paints, {}, { split: 'train', env });
    expect([source.classes, source.count]).toEqual([['blue', 'green'], 4]);
    for (const { label, pixels } of await firstBatch(source)) {
      const colour = Object.values(COLOURS)[label]!;
      expect(pixels).toEqual(Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => colour[i % 3]!));
    }
  });
});

test('a study declares them like the others', () => {
  const schema = dataSchema([fashionMnist, bars]);
  const declared = { source: 'bars', bars: 'flat', labelled: 8, unlabelled: 'all', heldOut: 8 };
  expect(schema.parse(declared)).toEqual(declared);
  expect(knownImages(bars, declared as DeclaredData)).toMatchObject({
    classes: SIDE,
    perClass: 6,
  });
  expect(schema.safeParse({ ...declared, bars: undefined, images: 'full' }).error?.issues[0]?.message).toMatch(
    /the data set bars has no option `images`\. It is an option of fashion-mnist/,
  );
});

test('images that its `load` gets wrong are refused', async () => {
  const wrong: DataSet<typeof options> = {
    ...bars,
    load: async (asked, from) => ({
      ...(await bars.load(asked, from)),
      labels: new Int32Array(new SharedArrayBuffer(4)),
    }),
  };
  await expect(loadImages(wrong, {}, { split: 'train' })).rejects.toThrow('there are 1 labels for 48 images');
});
