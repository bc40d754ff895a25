import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readMetaMat } from '../../packages/datasets/src/sources/folder/meta-mat.ts';
import { formatIdx, parseIdx } from '../../packages/datasets/src/sources/idx.ts';
import { isCutOff, runPath } from '../../packages/engine/src/library/elf.ts';
import { tarOf } from './tar-of.ts';

/** What reads files from outside: whole ones to begin with, and the reading. A child loads its own parser alone. */
export interface Parser {
  seeds(): Promise<readonly Uint8Array[]>;
  /** @param path an empty folder's file, for what reads files by their names */
  read(bytes: Uint8Array, path: string): Promise<unknown>;
}

const ROOT = join(import.meta.dirname, '../..');
const META_MAT = join(ROOT, 'packages/datasets/test/reference/meta.mat.json');
const CLASSES = ['n01440764', 'n01443537', 'n02119789'];
const IMAGES = [1, 2, 3].map((n) => `ILSVRC2012_val_0000000${n}.JPEG`);

/** The first of the accepted results, and its study's plan. */
const RESULT = 'experiments/results/quickstart';

const one = (bytes: Uint8Array | string) => () => Promise.resolve([Buffer.from(bytes)]);

/** By name. */
export const PARSERS: { readonly [name: string]: Parser } = {
  idx: {
    seeds: one(formatIdx({ shape: [3, 2, 2], data: new Uint8Array(12) })),
    read: (bytes) => Promise.resolve(parseIdx(bytes, 'file')),
  },
  'meta.mat': {
    seeds: async () =>
      Object.values(JSON.parse(await readFile(META_MAT, 'utf8')) as Record<string, string>).map((text) =>
        Buffer.from(text, 'base64'),
      ),
    read: (bytes) => Promise.resolve(readMetaMat(bytes)),
  },
  images: {
    seeds: async () => {
      const { default: sharp } = await import('sharp');
      const picture = () => sharp({ create: { width: 17, height: 9, channels: 3, background: '#4080c0' } });
      return Promise.all(
        [picture().jpeg(), picture().png(), picture().gif(), picture().webp(), picture().tiff()].map((made) =>
          made.toBuffer(),
        ),
      );
    },
    read: async (bytes) => (await import('../../packages/datasets/src/files/decode.ts')).decode(bytes, {}),
  },
  archive: {
    // A tar archive of one file: its header, of which the checksum is that of the header with spaces in its place.
    seeds: one(tarOf('data_batch_1.bin', Buffer.from('hello'))),
    read: async (bytes, path) => {
      const { readArchive } = await import('../../packages/datasets/src/sources/archive.ts');
      const packed = gzipSync(bytes, { level: 1 });
      writeFileSync(path, packed);
      const md5 = createHash('md5').update(packed).digest('hex');
      return readArchive(path, { file: 'a.tar.gz', url: 'file:a', md5 }, ['data_batch_1.bin'], 100);
    },
  },
  classes: {
    seeds: one(IMAGES.map((image, i) => `${image} ${CLASSES[i]}`).join('\n')),
    read: async (bytes, path) => {
      const { readGroundTruth } = await import('../../packages/datasets/src/sources/folder/ground-truth.ts');
      writeFileSync(path, bytes);
      return readGroundTruth({ path }, IMAGES, CLASSES);
    },
  },
  safetensors: {
    seeds: async () => {
      const { encodeSafetensors } = await import('@spatial-ensemble/store');
      const tensors = new Map([
        ['a', { data: Float32Array.of(1, 2), shape: [2] }],
        ['b', { data: Int32Array.of(3), shape: [] }],
      ]);
      return [encodeSafetensors(tensors)];
    },
    read: async (bytes) => (await import('@spatial-ensemble/store')).decodeSafetensors(bytes, 'file'),
  },
  json: {
    seeds: async () => [await readFile(join(ROOT, RESULT, 'study.json'))],
    read: async (bytes, path) => {
      const { Plan, Result, unsealed } = await import('@spatial-ensemble/record');
      const { readStored } = await import('@spatial-ensemble/store');
      writeFileSync(path, bytes);
      return readStored(path, (value) => [unsealed(Plan, value, path), unsealed(Result, value, path)]);
    },
  },
  elf: {
    seeds: async () => [(await readFile(process.execPath)).subarray(0, 4096)],
    read: (bytes, path) => {
      writeFileSync(path, bytes);
      return Promise.resolve([runPath(path), isCutOff(path)]);
    },
  },
};

/** A folder for what is read by its name, while `use` runs. */
export async function withFolder<T>(use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    return await use(join(folder, 'file'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
