import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cifar10, cifar100, dataSchema, fashionMnist, imageNet, loadImages } from '../src/index.ts';
import {
  embeddedDirectory,
  embeddedIndices,
  fullFashionMnistDirectory,
  loadFashionMnist,
} from '../src/sources/fashion-mnist.ts';
import { formatIdx, parseIdx } from '../src/sources/idx.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spatial-ensemble-datasets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const balanced = (labels: Int32Array, classes: number): number[] => {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
};

describe('Fashion-MNIST', () => {
  test('the embedded part: 1,000 training images a class, all test images', async () => {
    const train = await loadFashionMnist({ split: 'train', images: 'embedded' });
    const held = await loadFashionMnist({ split: 'test', images: 'embedded' });
    expect(balanced(train.labels, 10)).toEqual(new Array(10).fill(1000));
    expect(balanced(held.labels, 10)).toEqual(new Array(10).fill(1000));
    expect(train.images.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([train.height, train.width, train.channels, train.images.length]).toEqual([28, 28, 1, 7_840_000]);
    expect(train.manifest).toEqual({
      name: 'fashion-mnist',
      title: 'Fashion-MNIST (1,000 training images a class)',
      split: 'train',
      count: 10_000,
      sha256: '85b55b8df7b139c4342834a56ef42a1b4d61d782b7defd72bf7c910544f3fa2f',
      verified: true,
    });
    expect(held.title).toBe('Fashion-MNIST');
  });

  test.each(['train', 'test'] as const)('the sample: the first hundred images a class to %s with', async (split) => {
    const [all, sample] = await Promise.all(
      (['embedded', 'sample'] as const).map((images) => loadFashionMnist({ split, images })),
    );
    expect(balanced(sample!.labels, 10)).toEqual(new Array(10).fill(100));
    expect(sample!.title).toBe('Fashion-MNIST (100 images a class)');
    const ofClass = ({ images, labels }: typeof all & object, label: number): number[][] =>
      [...labels.keys()].filter((i) => labels[i] === label).map((i) => [...images.subarray(i * 784, (i + 1) * 784)]);
    for (const label of [0, 7]) expect(ofClass(sample!, label)).toEqual(ofClass(all!, label).slice(0, 100));
  });

  const full = fullFashionMnistDirectory();
  test.skipIf(full === undefined)(
    'the full set (skipped unless SPATIAL_ENSEMBLE_FASHION_MNIST or Debian has it) holds the embedded part',
    async () => {
      const [train, embedded] = await Promise.all([
        loadFashionMnist({ split: 'train', images: 'full' }),
        loadFashionMnist({ split: 'train', images: 'embedded' }),
      ]);
      expect(train.count).toBe(60_000);
      expect(train.title).toBe('Fashion-MNIST');
      embeddedIndices(train.labels).forEach((index, i) => {
        if (train.labels[index] !== embedded.labels[i])
          throw new Error(`embedded image ${i} has another label than image ${index}`);
        if (
          Buffer.compare(
            train.images.subarray(index * 784, (index + 1) * 784),
            embedded.images.subarray(i * 784, (i + 1) * 784),
          ) !== 0
        )
          throw new Error(`embedded image ${i} is not image ${index}`);
      });
      const tests = await Promise.all(
        (['full', 'embedded'] as const).map((images) => loadFashionMnist({ split: 'test', images })),
      );
      expect(tests[0]!.manifest).toEqual(tests[1]!.manifest);
    },
  );

  test('a directory that is named is used, plain or packed, and verified', async () => {
    const name = 't10k-images-idx3-ubyte';
    const labels = 't10k-labels-idx1-ubyte';
    const images = gunzipSync(readFileSync(join(embeddedDirectory(), `${name}.gz`)));
    const env = { SPATIAL_ENSEMBLE_FASHION_MNIST: folder };
    writeFileSync(join(folder, name), images);
    await expect(loadImages(fashionMnist, {}, { split: 'test', env })).rejects.toThrow(
      `neither ${labels} nor ${labels}.gz is there`,
    );
    writeFileSync(join(folder, `${labels}.gz`), readFileSync(join(embeddedDirectory(), `${labels}.gz`)));
    expect((await loadImages(fashionMnist, {}, { split: 'test', env })).manifest).toEqual(
      (await loadFashionMnist({ split: 'test', images: 'embedded' })).manifest,
    );

    images[5000]! ^= 1;
    writeFileSync(join(folder, name), images);
    await expect(loadImages(fashionMnist, { images: 'full' }, { split: 'test', env: env })).rejects.toThrow(
      'is not the published file',
    );
    rmSync(join(folder, name));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(images).subarray(0, 1000));
    await expect(loadImages(fashionMnist, {}, { split: 'test', env })).rejects.toThrow('cannot be unpacked');
    expect((await loadImages(fashionMnist, { images: 'embedded' }, { split: 'test', env: env })).count).toBe(10_000);
  });

  test.skipIf(existsSync('/usr/share/datasets/fashion-mnist'))(
    'where the full set is absent, the error says what to place where',
    async () => {
      await expect(loadImages(fashionMnist, { images: 'full' }, { split: 'train', env: {} })).rejects.toThrow(
        /Put its four files \(train-images-idx3-ubyte, .*SPATIAL_ENSEMBLE_FASHION_MNIST.*dataset-fashion-mnist/,
      );
      for (const set of [fashionMnist, cifar10, cifar100, imageNet]) {
        const status = set.status?.({ HOME: folder });
        expect(status?.variable).toMatch(/^SPATIAL_ENSEMBLE_/);
        expect(status?.directory).toBeUndefined();
      }
    },
  );
});

test('IDX files are read back, and damaged ones refused', () => {
  const file = { shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  const bytes = formatIdx(file);
  expect(parseIdx(bytes, 'x')).toEqual(file);
  expect(() => parseIdx(bytes.subarray(0, 15), 'x')).toThrow(
    'x should hold 2 x 3 = 6 bytes after its header, but holds 3',
  );
  expect(() => parseIdx(bytes.subarray(0, 9), 'x')).toThrow('cut off within its header');
  expect(() => parseIdx(Uint8Array.of(0, 0, 9, 1), 'x')).toThrow('not an IDX file of unsigned bytes');
});

describe('what a study declares about its images', () => {
  const schema = dataSchema([fashionMnist, cifar10, cifar100, imageNet]);
  const problems = (declared: object): readonly string[] =>
    schema
      .safeParse({ labelled: 40, heldOut: 0, ...declared })
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

  test('is a source, its options, and parts of a split', () => {
    const declared = { source: 'imagenet', folder: 'val', shrinkTo: 64, labelled: 'all', heldOut: 0 };
    expect(schema.parse(declared)).toEqual({ ...declared, unlabelled: 'all' });
    expect(problems({ source: 'fashion-mnist', images: 'embedded' })).toEqual([]);
    expect(problems({ source: 'fashion-mnist', images: 'sample' })).toEqual([]);
  });

  test.each([
    [
      { source: 'cifar10', folder: 'val' },
      'folder: the data set cifar10 has no option `folder`. It is an option of imagenet. cifar10 has none: --set data.folder=null leaves it out',
    ],
    [{ source: 'imagnet' }, 'source: Invalid option: expected one of "fashion-mnist"|"cifar10"|"cifar100"|"imagenet"'],
    [{ source: 'imagenet', folder: 'vall' }, 'folder: Invalid option: expected one of "train"|"val"'],
    [{ source: 'imagenet', shrinkTo: 0.5 }, 'shrinkTo: Invalid input: expected int'],
  ])('%j is refused', (declared, message) => {
    expect(problems(declared).join('\n')).toContain(message);
  });

  test('of data sets of one name is not clear, nor is an option that both understand otherwise', () => {
    expect(() => dataSchema([cifar10, { ...cifar100, name: 'cifar10' }])).toThrow("two data sets are called 'cifar10'");
    const other = { ...cifar10, name: 'other', options: { images: z.int() } };
    const both = dataSchema([fashionMnist, other]);
    const parts = { labelled: 40, heldOut: 0 };
    expect(both.safeParse({ source: 'other', images: 3, ...parts }).success).toBe(true);
    expect(both.safeParse({ source: 'other', images: 'full', ...parts }).error?.issues[0]?.message).toContain(
      'for other',
    );
    expect(both.safeParse({ source: 'fashion-mnist', images: 'full', ...parts }).success).toBe(true);
  });

  test('an option that a data set lacks is refused by name when it is loaded too', async () => {
    await expect(loadImages(imageNet, { shrinkto: 4 } as never, { split: 'train' })).rejects.toThrow(
      "has no option `shrinkto`. Did you mean 'shrinkTo'? imagenet has folder, shrinkTo, orientation",
    );
    await expect(loadImages(fashionMnist, { images: 'all' } as never, { split: 'train' })).rejects.toThrow(
      /the data set fashion-mnist: .*"embedded"\|"full"\|"any"[^]*images/,
    );
  });
});
