import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeFile } from '../src/files/decode-file.ts';
import { pathOf } from '../src/files/image-files.ts';
import { skippedText } from '../src/files/skipped.ts';
import type { FileImageSet } from '../src/index.ts';
import { loadImageNet, type ImageNetOptions } from '../src/sources/imagenet.ts';

interface Tree {
  readonly tree: readonly string[];
  readonly classes?: readonly string[];
  readonly samples?: readonly (readonly [path: string, label: number])[];
  readonly error?: string;
}
const trees = JSON.parse(readFileSync(new URL('reference/class_folders.json', import.meta.url), 'utf8')) as {
  readonly [name: string]: Tree;
};

let root = '';
let jpeg: Buffer;
beforeAll(async () => {
  const create = { width: 40, height: 30, channels: 3, background: '#4080c0' } as const;
  jpeg = await sharp({ create }).jpeg().toBuffer();
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spatial-ensemble-folders-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, bytes: Buffer | string = jpeg): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

const load = (options: Partial<ImageNetOptions> = {}): Promise<FileImageSet> =>
  loadImageNet({ split: 'train', directory: root, env: { SPATIAL_ENSEMBLE_CACHE: join(root, '.cache') }, ...options });

const paths = (set: FileImageSet): string[] =>
  Array.from({ length: set.count }, (_, i) => pathOf(set.files, i).slice(join(root, 'train').length + 1));

describe('torchvision finds the same images of the same classes in the same order', () => {
  test.each(Object.entries(trees))('%s', async (_, { tree, classes, samples, error }) => {
    const isInTrain = tree.some((entry) => entry.startsWith('train/'));
    for (const entry of tree) {
      const [path, target] = entry.split(' -> ') as [string, string?];
      const place = isInTrain ? path : `train/${path}`;
      if (target !== undefined) link(place, target);
      else if (path.endsWith('/')) mkdirSync(join(root, place), { recursive: true });
      else put(place);
    }
    if (error !== undefined) {
      expect(error).toBe('Found no valid file for the classes b, c');
      return expect(load()).rejects.toThrow('has 2 classes without images: b, c. Put images there');
    }
    const set = await load();
    expect(set.classes).toEqual(classes);
    expect(paths(set).map((path, i) => [path, set.labels[i]])).toEqual(samples);
  });
});

describe('what is no image', () => {
  test('is skipped, counted and said, and nothing of it is opened', async () => {
    put('train/a/1.png');
    put('train/a/notes.txt', 'text');
    put('train/a/deep/more.txt', 'text');
    put('train/2.png');
    put(`train/b/3.png`);
    link('train/b/gone.png', '../nowhere.png');
    link('train/b/circle.png', 'circle.png');
    link('train/b/deep/up', '../..');
    execFileSync('mkfifo', [join(root, 'train/b/pipe.png')]);
    link('train/b/device.png', '/dev/zero');
    const latin = Buffer.concat([Buffer.from(join(root, 'train/b/')), Buffer.from('caf\xe9.png', 'latin1')]);
    writeFileSync(latin, jpeg);

    const set = await load();
    expect(paths(set)).toEqual(['a/1.png', 'b/3.png']);
    const byReason = Object.fromEntries(set.skipped.map(({ why, count, example }) => [why, [count, example]]));
    expect(byReason).toEqual({
      'files with other extensions': [2, expect.stringMatching(/^a\/(?:deep\/more|notes)\.txt$/)],
      'images beside the folders of classes': [1, '2.png'],
      'links that lead nowhere': [2, expect.stringMatching(/^b\/(?:gone|circle)\.png$/)],
      'folders linked into themselves': [1, 'b/deep/up'],
      'pipes, sockets and devices': [2, expect.stringMatching(/^b\/(?:pipe|device)\.png$/)],
      'names that are not UTF-8': [1, 'b/caf\ufffd.png'],
    });
    expect(skippedText(set.skipped)).toContain('names that are not UTF-8 (1, the first: b/caf\ufffd.png)');
    expect(skippedText([])).toBeUndefined();
    // The second time it comes from the cache.
    expect((await load()).skipped).toEqual(set.skipped);
  });

  test('is told of before anything runs where it is called an image', async () => {
    put('train/a/whole.jpg');
    put('train/a/cut.jpg', jpeg.subarray(0, jpeg.length - 20));
    put('train/a/drawing.png', '<svg xmlns="http://www.w3.org/2000/svg"/>');
    put('train/a/empty.webp', '');
    put('train/b/trailer.jpg', Buffer.concat([jpeg, Buffer.from('more')]));
    put('train/b/1.bmp', 'BM12345678');
    const message = await load().then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message.split('\n')).toEqual([
      `${join(root, 'train')} has 4 of its files that cannot be read; put them right, or take them away:`,
      '  a/cut.jpg: it is cut off: it has no end marker',
      '  a/drawing.png: it is an SVG drawing, or XML, which is not read: convert it to PNG, or take it away',
      '  a/empty.webp: it is empty',
      '  b/1.bmp: it is cut off in its header',
    ]);
  });
});

describe('an image of a run', () => {
  test('that became a pipe is named, not waited for', async () => {
    put('train/a/1.jpg');
    const { files } = await load();
    rmSync(join(root, 'train/a/1.jpg'));
    execFileSync('mkfifo', [join(root, 'train/a/1.jpg')]);
    await expect(decodeFile(files, 0)).rejects.toThrow(
      `${join(root, 'train/a/1.jpg')} cannot be decoded: it is not a file`,
    );
  });

  test('that takes too long is named', async () => {
    const create = { width: 5000, height: 5000, channels: 3, background: '#4080c0' } as const;
    put('train/a/1.png', await sharp({ create }).png({ compressionLevel: 1 }).toBuffer());
    const { files } = await load();
    await expect(decodeFile(files, 0, 5)).rejects.toThrow(
      'a/1.png cannot be decoded: it took longer than 0.005 seconds',
    );
    expect((await decodeFile(files, 0)).shape.width).toBe(5000);
  });

  test('that is put back whole leaves the hash as it was, though its folder has changed', async () => {
    put('train/a/deep/1.jpg');
    const before = (await load()).manifest;
    put('train/a/deep/1.jpg', jpeg.subarray(0, 300));
    put('train/a/deep/new.tmp');
    renameSync(join(root, 'train/a/deep/new.tmp'), join(root, 'train/a/deep/1.jpg'));
    expect((await load()).manifest).toEqual(before);
    put('train/a/deep/2.jpg');
    expect((await load()).manifest.sha256).not.toBe(before.sha256);
  });
});

test("Tiny ImageNet's val: images in one folder, annotations beside it", async () => {
  for (const name of ['n01443537', 'n01629819']) put(`train/${name}/images/${name}_0.JPEG`);
  put('val/images/val_0.JPEG');
  put('val/images/val_1.JPEG');
  put('val/val_annotations.txt', 'val_0.JPEG\tn01629819\t0\t32\t44\t62\nval_1.JPEG\tn01443537\t52\t55\t57\t59\n');
  const set = await load({ split: 'test' });
  expect([...set.labels]).toEqual([1, 0]);
  expect(pathOf(set.files, 1)).toBe(join(root, 'val/images/val_1.JPEG'));
  expect((await load({ split: 'test', orientation: 'exif' })).manifest.sha256).not.toBe(set.manifest.sha256);
});
