import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { key } from '@spatial-ensemble/random';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AugmentSpec } from '@spatial-ensemble/augment';
import { batchesOf, imageNet, loadImages, openLoader } from '../src/index.ts';
import { loadImageNet, type ImageNetOptions } from '../src/sources/imagenet.ts';
import { pathOf } from '../src/files/image-files.ts';

let all = '';
let root = '';
let env = {};
let jpeg: Buffer;
beforeAll(async () => {
  all = mkdtempSync(join(tmpdir(), 'spatial-ensemble-imagenet-'));
  jpeg = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#4080c0' } })
    .jpeg()
    .toBuffer();
});
beforeEach(() => {
  root = mkdtempSync(join(all, 'test-'));
  env = { SPATIAL_ENSEMBLE_IMAGENET: root, SPATIAL_ENSEMBLE_CACHE: join(root, '.cache') };
});
afterAll(() => rmSync(all, { recursive: true }));

const CLASSES = ['n01440764', 'n01443537', 'n02119789'];

function put(path: string, bytes: Buffer | string = jpeg): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
}

/** Two training images a class, put there in another order. */
function putTrain(): void {
  for (const name of CLASSES.toReversed())
    for (const n of [1, 0]) put(`train/${name}/${name}_${n}.JPEG`, Buffer.concat([jpeg, Buffer.alloc(n)]));
}

const load = (split: 'train' | 'test', options: Partial<ImageNetOptions> = {}) =>
  loadImageNet({ split, env, ...options });

const flat = (n: number): string => `ILSVRC2012_val_0000000${n}.JPEG`;

describe('folders', () => {
  test('a class a folder, sorted; everything in shared memory', async () => {
    putTrain();
    put('val/n02119789/a.JPEG');
    put('val/n01440764/b.png');
    put('val/n01440764/readme.txt', 'not an image');
    const told: unknown[] = [];
    const train = await load('train', { progress: (...of) => void told.push(of) });
    expect(told).toEqual([1, 2, 3].map((done) => ['train', done, 3]));
    expect(train.classes).toEqual(CLASSES);
    expect([...train.labels]).toEqual([0, 0, 1, 1, 2, 2]);
    expect(pathOf(train.files, 3)).toBe(join(root, 'train/n01443537/n01443537_1.JPEG'));
    expect([...train.files.sizes]).toEqual([0, 1, 2, 3, 4, 5].map((i) => jpeg.length + (i % 2)));
    expect(train.title).toBe('ImageNet (unverified, 6 images of 3 classes)');
    expect(train.manifest).toMatchObject({ name: 'imagenet', count: 6, verified: false });
    for (const memory of [train.labels, train.files.paths, train.files.ends, train.files.sizes])
      expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);

    const held = await load('test');
    expect([held.count, ...held.labels]).toEqual([2, 0, 2]);
    expect(held.classes).toEqual(CLASSES);
    put('SOURCE.json', '{"name": "Tiny photographs"}');
    expect((await load('test')).title).toBe('Tiny photographs');
  });

  test('one folder may be both, and then both have one hash', async () => {
    put('val/n01440764/a.JPEG');
    await expect(load('train')).rejects.toThrow(
      /there is no folder .*train\. .*to train and test on one folder, as a wiring check, declare which: `folder: 'val'`/,
    );
    const [train, held] = [await load('train', { folder: 'val' }), await load('test', { folder: 'val' })];
    expect(train.manifest).toEqual({ ...held.manifest, split: 'train' });
    const shrunk = await load('test', { folder: 'val', shrinkTo: 256 });
    expect(shrunk.manifest.sha256).not.toBe(held.manifest.sha256);
  });

  test('what does not fit is named', async () => {
    await expect(loadImageNet({ split: 'train', env: {} })).rejects.toThrow(
      /ImageNet is not here.*SPATIAL_ENSEMBLE_IMAGENET/,
    );
    putTrain();
    put('val/n09999999/a.JPEG');
    await expect(load('test')).rejects.toThrow('has classes that the training images lack: n09999999');
    put('train/n01440764/a.ppm', 'P612');
    await expect(load('train')).rejects.toThrow('n01440764/a.ppm: it is a PPM image, which is not read');
    rmSync(join(root, 'train/n01440764'), { recursive: true });
    mkdirSync(join(root, 'train/n01440764'));
    await expect(load('train')).rejects.toThrow('has a class without images: n01440764');
    await expect(loadImages(imageNet, { shrinkTo: 0.5 }, { split: 'test', env })).rejects.toThrow(
      /the data set imagenet: .*expected int[^]*shrinkTo/,
    );
  });
});

function metaMat(kind: string): Buffer {
  const files = JSON.parse(readFileSync(new URL('reference/meta.mat.json', import.meta.url), 'utf8')) as {
    readonly [kind: string]: string;
  };
  return Buffer.from(files[kind]!, 'base64');
}

describe('a flat val', () => {
  beforeEach(() => {
    putTrain();
    for (const n of [3, 1, 2]) put(`val/${flat(n)}`);
  });

  test.each([
    [
      'LOC_val_solution.csv',
      `ImageId,PredictionString\n${[3, 2, 1].map((n) => `${flat(n).slice(0, -5)},${CLASSES[n - 1]} 1 2 3 4`).join('\n')}\n`,
    ],
    ['val.txt', [1, 2, 3].map((n) => `${flat(n)} ${n - 1}`).join('\n')],
    ['imagenet_2012_validation_synset_labels.txt', `${CLASSES.join('\r\n')}\r\n`],
  ])('has its classes from %s', async (name, text) => {
    put(name, text);
    const held = await load('test');
    expect([...held.labels]).toEqual([0, 1, 2]);
    expect(pathOf(held.files, 0)).toBe(join(root, 'val', flat(1)));
  });

  const KIT = 'ILSVRC2012_devkit_t12/data';

  test('has its classes from the development kit, whose numbers have an order of their own', async () => {
    put(`${KIT}/ILSVRC2012_validation_ground_truth.txt`, '2\n3\n1\n');
    await expect(load('test')).rejects.toThrow(/numbers of the development kit.*Put the kit's meta.mat beside it/);
    put(`${KIT}/map_clsloc.txt`, 'n02119789 1 kit_fox\nn01440764 2 tench\nn01443537 3 goldfish\n');
    expect([...(await load('test')).labels]).toEqual([0, 1, 2]);
  });

  test.each(['compressed', 'plain', 'beside others'])("has its classes from the kit's meta.mat, %s", async (kind) => {
    put(`${KIT}/ILSVRC2012_validation_ground_truth.txt`, '3\n1\n2\n');
    put(`${KIT}/meta.mat`, metaMat(kind));
    expect([...(await load('test')).labels]).toEqual([1, 2, 0]);
  });

  test.each([
    ['a file of another kind', () => Buffer.from('text'), 'it is not a MATLAB file of level 5'],
    ['a file without classes', () => metaMat('without'), 'it holds no structs with the fields ILSVRC2012_ID and WNID'],
    ['a file cut off', () => metaMat('plain').subarray(0, 900), 'cannot be read'],
  ])("refuses %s as the kit's meta.mat", async (_, file, message) => {
    put(`${KIT}/ILSVRC2012_validation_ground_truth.txt`, '3\n1\n2\n');
    put(`${KIT}/meta.mat`, file());
    await expect(load('test')).rejects.toThrow(message);
  });

  test('what does not fit is named', async () => {
    await expect(load('test')).rejects.toThrow(/nothing says of which classes its images are.*put one of ILSVRC2012/);
    const synsets = 'imagenet_2012_validation_synset_labels.txt';
    put(synsets, CLASSES.slice(1).join('\n'));
    await expect(load('test')).rejects.toThrow('has 2 classes for 3 images');
    put(synsets, 'n01440764\nn01440764\nn00000001\n');
    await expect(load('test')).rejects.toThrow('n00000001 is not one of the 3 classes');
    rmSync(join(root, synsets));
    put('val.txt', `${flat(1)} 0\n${flat(3)} 2\n`);
    await expect(load('test')).rejects.toThrow(`does not say of which class ${flat(2)} is`);
    put('val.txt', `${flat(1)} 7\n${flat(3)} 2\n`);
    await expect(load('test')).rejects.toThrow('7 is not one of the 3 classes');
  });
});

describe('the index', () => {
  const indices = () => join(root, '.cache', 'datasets', 'indices');

  test('is made once, and again when a folder has changed or the cache is damaged', async () => {
    putTrain();
    const first = await load('train');
    const [name] = readdirSync(indices());
    const path = join(indices(), name!);
    expect(readdirSync(indices())).toHaveLength(1);

    const text = readFileSync(path, 'utf8');
    // A file that is written over does not change its folder: that the hash stays shows that nothing was looked at.
    put(`train/${CLASSES[0]}/${CLASSES[0]}_0.JPEG`, 'something else');
    expect((await load('train')).manifest).toEqual(first.manifest);
    put(`train/${CLASSES[0]}/${CLASSES[0]}_0.JPEG`);
    writeFileSync(path, text.replace('_1.JPEG', '_7.JPEG'));
    expect((await load('train')).manifest).toEqual(first.manifest);
    expect(readFileSync(path, 'utf8')).toBe(text);
    writeFileSync(path, text.slice(0, 100));
    expect((await load('train')).manifest).toEqual(first.manifest);

    put(`train/${CLASSES[1]}/new.JPEG`);
    const more = await load('train');
    expect(more.count).toBe(7);
    expect(more.manifest.sha256).not.toBe(first.manifest.sha256);
    expect(readdirSync(indices())).toEqual([name]);
  });

  test('is no obstacle where the cache cannot be written', async () => {
    putTrain();
    writeFileSync(join(root, 'file'), '');
    const set = await load('train', { env: { ...env, SPATIAL_ENSEMBLE_CACHE: join(root, 'file') } });
    expect(set.count).toBe(6);
  });
});

const CROP: AugmentSpec = [
  {
    op: 'random-resized-crop',
    size: 24,
    scale: [0.2, 1],
    ratio: [0.75, 4 / 3],
    interpolation: 'bilinear',
    style: 'torchvision',
  },
  { op: 'flip', p: 0.5 },
];

/** All bytes that a loader gives. */
async function loaded(source: Awaited<ReturnType<typeof load>>, workers: number, startStep = 0): Promise<Buffer[]> {
  const indices = Array.from({ length: source.count }, (_, i) => i);
  const views = ['one', 'two'].map((name) => ({ name, augment: CROP }));
  const streams = [{ name: 'unlabelled', indices, batch: 40, views }];
  const bytes: Buffer[] = [];
  for await (const { streams: by } of openLoader({ source, key: key(5), startStep, steps: 4, workers, streams }))
    for (const { data } of Object.values(by.unlabelled!)) bytes.push(Buffer.from(data.slice().buffer));
  return bytes;
}

describe('files in the loader', () => {
  beforeEach(async () => {
    for (let i = 0; i < 9; i++) {
      const [width, height] = [30 + 7 * i, 70 - 5 * i];
      const pixels = Buffer.alloc(width * height * 3).map((_, p) => (p * (i + 3)) % 251);
      const image = sharp(pixels, { raw: { width, height, channels: 3 } });
      put(`train/${CLASSES[i % 3]}/${i}.JPEG`, await (i === 4 ? image.png() : image.jpeg()).toBuffer());
    }
  });

  test('give the same batches with any number of workers, from any step', async () => {
    const source = await load('train');
    const expected = await loaded(source, 0);
    // Labels and two views a step.
    expect(expected.map(({ length }) => length)).toEqual(Array.from({ length: 4 }, () => [160, 69_120, 69_120]).flat());
    expect(Buffer.concat(await loaded(source, 2)).equals(Buffer.concat(expected))).toBe(true);
    expect(Buffer.concat(await loaded(source, 1, 2)).equals(Buffer.concat(expected.slice(6)))).toBe(true);
  });

  test('are evaluated in order, whatever their sizes', async () => {
    const source = await load('test', { folder: 'train' });
    const augment: AugmentSpec = [
      { op: 'resize', size: 26, interpolation: 'bilinear' },
      { op: 'center-crop', size: 24 },
    ];
    const bytes: Buffer[] = [];
    for (const workers of [0, 2]) {
      const images: Uint8Array[] = [];
      const labels: number[] = [];
      for await (const batch of batchesOf(source, 4, { augment, workers })) {
        images.push(batch.images.data);
        labels.push(...batch.labels.data);
      }
      expect(images.map(({ length }) => length / (24 * 24 * 3))).toEqual([4, 4, 1]);
      expect(labels).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
      bytes.push(Buffer.concat(images));
    }
    expect(bytes[0]!.equals(bytes[1]!)).toBe(true);
    await expect(batchesOf(source, 4).next()).rejects.toThrow('the images of a batch need one size');
  });

  test.each([0, 2])('a damaged one is named, with %d workers', async (workers) => {
    const source = await load('train');
    const file = join(root, `train/${CLASSES[1]}/1.JPEG`);
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0, Math.floor(bytes.length / 2)));
    await expect(loaded(source, workers)).rejects.toThrow(/n01443537.1\.JPEG cannot be decoded: /);
  });

  test('one that was changed since it was indexed is named', async () => {
    const source = await load('train');
    put(`train/${CLASSES[1]}/1.JPEG`, Buffer.concat([jpeg, Buffer.alloc(9)]));
    await expect(loaded(source, 0)).rejects.toThrow(
      /1\.JPEG cannot be decoded: it has \d+ bytes, but had \d+ when it was indexed/,
    );
    rmSync(join(root, `train/${CLASSES[1]}/1.JPEG`));
    await expect(loaded(source, 0)).rejects.toThrow(/1\.JPEG cannot be decoded: ENOENT/);
  });

  test('a loader is closed while its workers decode', async () => {
    const source = await load('train');
    const indices = Array.from({ length: source.count }, (_, i) => i);
    const streams = [{ name: 's', indices, batch: 200, views: [{ name: 'one', augment: CROP }] }];
    const loader = openLoader({ source, key: key(5), steps: 1000, workers: 2, streams });
    await loader.next();
    await loader.close();
    expect(await loader.next()).toEqual({ done: true, value: undefined });
  });
});

const SAMPLE = fileURLToPath(new URL('../../../../shared/data/imagenet-sample', import.meta.url));
test.skipIf(!existsSync(SAMPLE))(
  'photographs of ImageNet (skipped unless ../shared/data/imagenet-sample is there) are loaded as a wiring check',
  async () => {
    const source = await load('train', { folder: 'val', directory: SAMPLE });
    expect([source.count, source.classes.length]).toEqual([100, 100]);
    expect(source.title).toBe('ImageNet (unverified, 100 images of 100 classes)');
    const augment: AugmentSpec = [
      { op: 'resize', size: 256, interpolation: 'bilinear' },
      { op: 'center-crop', size: 224 },
    ];
    const { value: chosen } = await batchesOf(source, 16, { augment, indices: [0, 17, 42, 99] }).next();
    expect(chosen!.images.shape).toEqual([4, 224, 224, 3]);
    expect([...chosen!.labels.data]).toEqual([0, 17, 42, 99]);
    expect(await loaded(source, 1)).toHaveLength(12);
  },
);
