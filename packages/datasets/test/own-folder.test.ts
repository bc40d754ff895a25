import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { key as spatialKey } from '@spatial-ensemble/random';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeFile } from '../src/files/decode-file.ts';
import { entryOf } from '../src/files/image-files.ts';
import { batchesOf, drawSplit, folder, loadImages, type FileImageSet } from '../src/index.ts';

let root = '';
const bytes: { [kind: string]: Buffer } = {};
beforeAll(async () => {
  const image = sharp({ create: { width: 9, height: 7, channels: 3, background: '#4080c0' } });
  for (const kind of ['jpeg', 'png', 'webp', 'tiff'] as const) bytes[kind] = await image.clone()[kind]().toBuffer();
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spatial-ensemble-own-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    const [, ending = ''] = /\.(\w+)$/.exec(path.toLowerCase()) ?? [];
    writeFileSync(join(root, path), bytes[{ jpg: 'jpeg', tif: 'tiff' }[ending] ?? ending]!);
  }
}

const load = async (
  options: Parameters<typeof folder.load>[0] = {},
  split: 'train' | 'test' = 'train',
  heldOut?: string,
): Promise<FileImageSet> => {
  const env = { SPATIAL_ENSEMBLE_FOLDER: root, SPATIAL_ENSEMBLE_CACHE: `${root}.cache` };
  return (await loadImages(folder, options, { split, env, ...(heldOut !== undefined && { heldOut }) })) as FileImageSet;
};
afterEach(() => rmSync(`${root}.cache`, { recursive: true, force: true }));
const imagesOf = (set: FileImageSet) =>
  Array.from({ length: set.count }, (_, i) => [entryOf(set.files, i), set.classes[set.labels[i]!] ?? null]);

describe('own images in folders', () => {
  test("Imagenette's layout: train and val, by WordNet's names", async () => {
    put('train/n01440764/ILSVRC2012_val_00000293.JPEG', 'train/n02102040/n02102040_1.JPEG');
    put('val/n01440764/n01440764_10040.JPEG', 'val/n02102040/n02102040_2.JPEG');
    writeFileSync(join(root, 'noisy_imagenette.csv'), 'path,noisy_labels_0\n');
    const [train, tested] = [await load(), await load({}, 'test')];
    expect(train.classes).toEqual(['n01440764', 'n02102040']);
    expect(imagesOf(train)).toEqual([
      ['train/n01440764/ILSVRC2012_val_00000293.JPEG', 'n01440764'],
      ['train/n02102040/n02102040_1.JPEG', 'n02102040'],
    ]);
    expect(imagesOf(tested).map(([path]) => path)).toEqual([
      'val/n01440764/n01440764_10040.JPEG',
      'val/n02102040/n02102040_2.JPEG',
    ]);
    expect(train.manifest).toMatchObject({ name: 'folder', split: 'train', verified: false });
    expect(train.title).toBe('own images (unverified, 2 of 2 classes)');
  });

  test('every kind of file, and images without a label beside them', async () => {
    put(
      'train/a/1.jpg',
      'train/b/2.png',
      'test/a/3.webp',
      'test/b/deeper/4.tif',
      'unlabelled/x/5.png',
      'unlabelled/6.webp',
    );
    const train = await load();
    expect(imagesOf(train)).toEqual([
      ['train/a/1.jpg', 'a'],
      ['train/b/2.png', 'b'],
      ['unlabelled/6.webp', null],
      ['unlabelled/x/5.png', null],
    ]);
    const tested = await load({}, 'test');
    for (const set of [train, tested])
      for (let i = 0; i < set.count; i++)
        expect((await decodeFile(set.files, i)).shape).toEqual({ height: 7, width: 9, channels: 3 });
    // A later one is found, though no folder that was known of has changed.
    put('unlabeled/7.png');
    expect(imagesOf(await load()).at(-1)).toEqual(['unlabeled/7.png', null]);
  });

  test('a train without folders of classes has no labels; the classes are those of the test', async () => {
    put('train/1.png', 'train/2.png', 'test/a/3.png', 'test/b/4.png');
    const train = await load();
    expect([train.classes, [...train.labels]]).toEqual([
      ['a', 'b'],
      [-1, -1],
    ]);
    await expect(load({ test: 0.5 })).rejects.toThrow('has no folders of classes, so that no share');
  });

  test.each(['', 'train/'])('a share of each class is tested: %sCLASS/IMAGE', async (above) => {
    const names = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${above}${name}/${i}.png`);
    put(...names('a', 10), ...names('b', 5));
    const [train, tested] = [imagesOf(await load({ test: 0.2 })), imagesOf(await load({ test: 0.2 }, 'test'))];
    expect(tested.map(([, name]) => name)).toEqual(['a', 'a', 'b']);
    expect([...train, ...tested].map(([path]) => path!.replace(/^\.\//, '')).toSorted()).toEqual(
      [...names('a', 10), ...names('b', 5)].toSorted(),
    );
    expect(imagesOf(await load({ test: 0.2, testSeed: 7 }, 'test'))).not.toEqual(tested);
  });

  test('a folder beside train is held out, the other one tested', async () => {
    put('train/a/1.png', 'train/b/2.png', 'unlabelled/u.png', 'test/a/3.png', 'val/b/4.png', 'val/b/5.png');
    const train = await load({}, 'train', 'val');
    // Once more from the cache.
    for (const set of [train, await load({}, 'train', 'val')]) {
      expect(imagesOf(set)).toEqual([
        ['train/a/1.png', 'a'],
        ['train/b/2.png', 'b'],
        ['unlabelled/u.png', null],
        ['val/b/4.png', 'b'],
        ['val/b/5.png', 'b'],
      ]);
      expect(set.heldOut).toEqual([3, 4]);
    }
    expect(imagesOf(await load({}, 'test', 'val'))).toEqual([['test/a/3.png', 'a']]);
    expect((await load({ test: 'test' })).heldOut).toBeUndefined();
    const key = spatialKey(1);
    const { heldOut, unlabelled } = drawSplit({ key, labels: train.labels, classes: 2, labelled: 'all', heldOut: train.heldOut! }); // prettier-ignore
    expect([heldOut, unlabelled]).toEqual([
      [3, 4],
      [0, 1, 2],
    ]);
    for (const [name, message] of [
      ['dev', /there is no .*dev/],
      ['unlabelled', 'unlabelled has training images'],
      ['../val', "'../val' is no name of one"],
    ] as const)
      await expect(load({}, 'train', name)).rejects.toThrow(message);
    await expect(load({ test: 'val' }, 'train', 'val')).rejects.toThrow('val has the test images, by data.test');
  });

  test('images of any size become squares of one', async () => {
    put('train/a/1.jpg', 'train/b/2.png', 'test/a/3.webp', 'test/b/4.tif');
    const set = await load({ resize: 4 });
    const whole = await load();
    expect([set.height, set.width, whole.height]).toEqual([4, 4, undefined]);
    expect(folder.known({ resize: 4 })).toEqual({ height: 4, width: 4, channels: 3 });
    expect(set.manifest.sha256).not.toBe(whole.manifest.sha256);
    const { data, shape } = await decodeFile(set.files, 1);
    expect([shape, [...data.subarray(0, 3)]]).toEqual([{ height: 4, width: 4, channels: 3 }, [0x40, 0x80, 0xc0]]);
    for await (const { images } of batchesOf(set, 2)) expect(images.shape).toEqual([2, 4, 4, 3]);
    await expect(load({ resize: 1 })).rejects.toThrow('resize');
  });

  test('what is missing is said', async () => {
    await expect(load()).rejects.toThrow(/there is no folder .*train\. Put training images into train\/CLASS/);
    put('train/a/1.png');
    await expect(load()).rejects.toThrow('has neither test nor val beside train');
    put('test/a/1.png', 'val/a/1.png');
    await expect(load()).rejects.toThrow(
      'has test and val: say which has the test images: --set data.test=test; the other can be held out: --set data.heldOut=val',
    );
    await expect(load({ test: 'dev' })).rejects.toThrow(/there is no folder .*dev, which data\.test names/);
    await expect(load({ test: '../x' })).rejects.toThrow('must be the name of a folder beside train');
    await expect(loadImages(folder, {}, { split: 'train', env: {} })).rejects.toThrow('no folder of images is named');
  });
});
