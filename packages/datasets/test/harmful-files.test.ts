import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadCifarSet } from '../src/sources/cifar/cifar.ts';
import { CIFAR_10 } from '../src/sources/cifar/sets.ts';
import { fetchArchive } from '../src/sources/fetch-archive.ts';
import { loadFashionMnist } from '../src/sources/fashion-mnist.ts';
import { readMetaMat } from '../src/sources/folder/meta-mat.ts';
import { formatIdx, parseIdx } from '../src/sources/idx.ts';
import { loadImageNet } from '../src/sources/imagenet.ts';
import { decode } from '../src/files/decode.ts';

let all = '';
let root = '';
beforeAll(() => void (all = mkdtempSync(join(tmpdir(), 'spatial-ensemble-harmful-'))));
beforeEach(() => void (root = mkdtempSync(join(all, 'test-'))));
afterAll(() => rmSync(all, { recursive: true }));

/** An element of MATLAB's format: its type, its bytes, and zeros up to a multiple of 8. */
function element(type: number, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(8 + Math.ceil(data.length / 8) * 8);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(data.length, 4);
  bytes.set(data, 8);
  return bytes;
}

const INT32 = 5;
const bytesOf = (...numbers: number[]): Uint8Array => new Uint8Array(Int32Array.from(numbers).buffer);

/** A `meta.mat` with an array of structs of the given sizes, the width of a field's name, and nothing in it. */
function structs(sizes: number[], width: number, names = 'ILSVRC2012_ID\0\0\0WNID\0\0\0\0\0\0\0\0\0\0\0\0'): Buffer {
  const parts = [
    element(6, bytesOf(2, 0)),
    element(INT32, bytesOf(...sizes)),
    element(1, Buffer.from('s')),
    element(INT32, bytesOf(width)),
    element(1, Buffer.from(names)),
  ];
  return mat(element(14, Buffer.concat(parts)));
}

function mat(...elements: Buffer[]): Buffer {
  const header = Buffer.alloc(128);
  header.writeUInt16LE(0x4d49, 126);
  return Buffer.concat([header, ...elements]);
}

describe("the development kit's meta.mat", () => {
  test('claims of structs that it has no room for', () => {
    expect(() => readMetaMat(structs([2 ** 30, 2 ** 30], 16))).toThrow(
      'it is damaged: it claims 1152921504606847000 structs and has room for 0',
    );
    // No fields: nothing of each struct would be read.
    expect(() => readMetaMat(structs([2 ** 30, 2 ** 30], 16, ''))).toThrow('it holds no structs with the fields');
    for (const width of [0, -1, 2 ** 30])
      expect(() => readMetaMat(structs([1, 1], width))).toThrow(`names have ${width} bytes instead of 1 to 64`);
  });

  test('a bomb, also in parts, is not unpacked beyond what such a file can have', () => {
    const bomb = deflateSync(Buffer.alloc(100e6));
    expect(bomb.length).toBeLessThan(1e5);
    const before = process.memoryUsage().rss;
    expect(() => readMetaMat(mat(element(15, bomb)))).toThrow('it unpacks to more than 16 MB');
    // A compressed element is not padded.
    const part = deflateSync(element(9, Buffer.alloc(9e6)));
    const unpadded = element(15, part).subarray(0, 8 + part.length);
    expect(() => readMetaMat(mat(unpadded, unpadded))).toThrow('it unpacks to more than 16 MB');
    expect(process.memoryUsage().rss - before).toBeLessThan(70e6);
  });
});

test('a file that is far too large is refused by its size, whatever reads it', async () => {
  const large = (name: string): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), '');
    truncateSync(join(root, name), 1e12);
  };
  const env = { SPATIAL_ENSEMBLE_IMAGENET: root, SPATIAL_ENSEMBLE_CACHE: join(root, '.cache') };
  const idx = 'train-images-idx3-ubyte';
  large(idx);
  await expect(loadFashionMnist({ split: 'train', directory: root })).rejects.toThrow(
    `${idx} has 1000.0 GB; a file of its kind has at most 47.0 MB`,
  );
  rmSync(join(root, idx));
  large(`${idx}.gz`);
  await expect(loadFashionMnist({ split: 'train', directory: root })).rejects.toThrow(/gz has 1000.0 GB/);

  const { archive, files } = CIFAR_10;
  for (const name of files.train) large(name);
  await expect(loadCifarSet(CIFAR_10, { split: 'train', directory: root })).rejects.toThrow(
    // They are read side by side: which is refused first is not said.
    /data_batch_\d\.bin has 1000.0 GB; a file of its kind has at most 30.7 MB/,
  );
  large(archive.file);
  await expect(loadCifarSet(CIFAR_10, { split: 'train', directory: root })).rejects.toThrow(
    'is not the published archive: it has 1000000000000 bytes',
  );

  large('train/n01/a.jpg');
  await expect(loadImageNet({ split: 'train', env })).rejects.toThrow(
    'n01/a.jpg: it has 1000000000000 bytes, more than the largest image that is read',
  );
  writeFileSync(join(root, 'train/n01/a.jpg'), await picture().jpeg().toBuffer());
  large('SOURCE.json');
  await expect(loadImageNet({ split: 'train', env })).rejects.toThrow(/SOURCE.json has 1000.0 GB.*at most 1.0 MB/);
  large('val/a.jpg');
  large('val.txt');
  await expect(loadImageNet({ split: 'test', env })).rejects.toThrow(/val.txt has 1000.0 GB.*at most 64.0 MB/);
  writeFileSync(join(root, 'ILSVRC2012_validation_ground_truth.txt'), '1\n');
  large('meta.mat');
  await expect(loadImageNet({ split: 'test', env })).rejects.toThrow(/meta.mat has 1000.0 GB.*at most 16.0 MB/);
});

test('a packed file unpacks to no more than it can hold', async () => {
  const name = 'train-images-idx3-ubyte';
  writeFileSync(join(root, `${name}.gz`), gzipSync(Buffer.alloc(48e6), { level: 1 }));
  await expect(loadFashionMnist({ split: 'train', directory: root })).rejects.toThrow(
    `${name}.gz cannot be unpacked (Cannot create a Buffer larger than 47040016 bytes)`,
  );
});

test('an IDX file whose header claims more than any memory has', () => {
  const header = formatIdx({ shape: new Array<number>(255).fill(0xffff_ffff), data: new Uint8Array(1) });
  expect(() => parseIdx(header, 'labels')).toThrow(/labels should hold 4294967295 x .* = Infinity bytes.*but holds 1/);
});

test('an archive that never ends is not kept', async () => {
  const archive = { file: 'endless.tar.gz', url: 'file:///dev/zero', md5: '' };
  const told: number[] = [];
  const progress = (bytes: number): void => void told.push(bytes);
  await expect(fetchArchive(archive, { directory: root, progress, most: 1e6 })).rejects.toThrow(
    'more than 0.001 GB came, which the archive does not have. Nothing was kept',
  );
  expect(told.at(-1)).toBeLessThan(1e6 + 1e5);
});

function picture(): Sharp {
  return sharp({ create: { width: 4, height: 4, channels: 3, background: '#4080c0' } });
}

describe('images', () => {
  test('one whose header claims more pixels than are read is not decoded', async () => {
    const png = await picture().png().toBuffer();
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    await expect(decode(png, {})).rejects.toThrow('it has 60000 x 60000 pixels, more than 178,956,970');
    const jpeg = await picture().jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_000, frame + 5);
    jpeg.writeUInt16BE(65_000, frame + 7);
    await expect(decode(jpeg, {})).rejects.toThrow('it has 65000 x 65000 pixels, more than 178,956,970');
  });

  test('a GIF of half a million extensions, and a TIFF that names its numbers a million times, take no time', async () => {
    const gif = await picture().gif().toBuffer();
    const start = 13 + (3 << ((gif[10]! & 7) + 1));
    const extension = Buffer.from([0x21, 0xf9, 4, 1, 0, 0, 0, 0]);
    const many = Buffer.concat([gif.subarray(0, start), Buffer.alloc(4e6, extension), gif.subarray(start)]);
    expect((await decode(many, {})).shape).toEqual({ height: 4, width: 4, channels: 3 });

    // BigTIFF: a directory of 200,000 fields, each of whose numbers are all of the file.
    const [entries, size] = [200_000, 20 * 200_000 + 24];
    const tiff = Buffer.alloc(size);
    tiff.write('II+\0\x08\0\0\0', 'latin1');
    tiff.writeBigUInt64LE(16n, 8);
    tiff.writeBigUInt64LE(BigInt(entries), 16);
    for (let i = 0; i < entries; i++) {
      tiff.writeUInt16LE(258, 24 + 20 * i);
      tiff.writeUInt16LE(1, 26 + 20 * i);
      tiff.writeBigUInt64LE(BigInt(size), 28 + 20 * i);
    }
    await expect(decode(tiff, {})).rejects.toThrow('it has 4000024 values in its field 258, where 1048576 suffice');
  }, 10_000);
});
