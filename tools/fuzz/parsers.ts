import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readMetaMat } from '../../packages/datasets/src/sources/folder/meta-mat.ts';
import { formatIdx, parseIdx } from '../../packages/datasets/src/sources/idx.ts';
import { isCutOff, runPath } from '../../packages/engine/src/library/elf.ts';
import type { Parser } from './parser.ts';
import { ofDocument, ofRun } from './run-parsers.ts';
import { tarOf } from './tar-of.ts';

const ROOT = join(import.meta.dirname, '../..');
const META_MAT = join(ROOT, 'packages/datasets/test/reference/meta.mat.json');
const DECODING = join(ROOT, 'packages/datasets/test/reference/decoding.json.gz');
const PUBLISHED = join(ROOT, 'packages/datasets/test/reference/stl10_svhn.json');
const CIFAR = join(ROOT, 'packages/datasets/test/reference/cifar_python.json');
const CLASSES = ['n01440764', 'n01443537', 'n02119789'];
const IMAGES = [1, 2, 3].map((n) => `ILSVRC2012_val_0000000${n}.JPEG`);

const RESULTS = join(ROOT, 'experiments/results');
/** The first of the accepted runs. `!`: several are accepted. */
const RUN = join(RESULTS, 'fixmatch', readdirSync(join(RESULTS, 'fixmatch')).toSorted()[0]!);

const record = () => import('@spatial-ensemble/record');

/** Small archives in the formats of STL-10 and SVHN. */
async function published(): Promise<{
  readonly stl10: {
    readonly archive: string;
    readonly counts: { readonly train: number; readonly test: number; readonly unlabeled: number };
  };
  readonly svhn: { readonly [part: string]: { readonly file: string } };
}> {
  return JSON.parse(await readFile(PUBLISHED, 'utf8')) as Awaited<ReturnType<typeof published>>;
}

/** A file of each kind of image. */
async function pictures(): Promise<Buffer[]> {
  const { default: sharp } = await import('sharp');
  const picture = () => sharp({ create: { width: 17, height: 9, channels: 3, background: '#4080c0' } });
  const made = [picture().jpeg(), picture().png(), picture().gif(), picture().webp(), picture().tiff()];
  return [...(await Promise.all(made.map((one) => one.toBuffer()))), ...(await bitmaps())];
}

async function readTable(bytes: Uint8Array, file: string): Promise<unknown> {
  const { readRows } = await import('../../packages/datasets/src/sources/manifest/rows.ts');
  writeFileSync(file, bytes);
  return readRows(file, { path: 'path', label: 'label', split: 'split' });
}

/** Of the committed image files, the bitmaps that are whole. */
async function bitmaps(): Promise<Buffer[]> {
  const { BMP } = JSON.parse(gunzipSync(await readFile(DECODING)).toString()) as {
    readonly BMP: { readonly [name: string]: { readonly file: string } };
  };
  // `!`: the script of the images writes these too.
  return ['RGB', 'palette of 4 bits', '16 bits, 5, 6, 5', '32 bits, version 5, alpha'].map((name) =>
    Buffer.from(BMP[name]!.file, 'base64'),
  );
}

const one = (bytes: Uint8Array | string) => () => Promise.resolve([Buffer.from(bytes)]);

/**
 * By name. What reads files from outside and is not here has no format to harm: CIFAR's records, whose size alone is
 * looked at; the index of a folder in the cache, which is thrown away where its hash is another; what the library itself
 * says of its operations.
 */
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
    seeds: pictures,
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
  mat: {
    seeds: async () => Object.values((await published()).svhn).map(({ file }) => Buffer.from(file, 'base64')),
    read: async (bytes, path) => {
      const { readSvhn } = await import('../../packages/datasets/src/sources/svhn/svhn.ts');
      writeFileSync(path, bytes);
      const images = (bytes.length % 4) + 2;
      return readSvhn(path, new Uint8Array(images * 3072), new Int32Array(images));
    },
  },
  stl10: {
    seeds: async () => [gunzipSync(Buffer.from((await published()).stl10.archive, 'base64'))],
    read: async (bytes, path) => {
      const { loadStl10 } = await import('../../packages/datasets/src/sources/stl10/stl10.ts');
      const packed = gzipSync(bytes, { level: 1 });
      writeFileSync(path, packed);
      const md5 = createHash('md5').update(packed).digest('hex');
      const archive = { file: basename(path), url: 'file:a', md5 };
      const { counts } = (await published()).stl10;
      const set = { counts, folds: { count: 3, images: 2 }, archive };
      return loadStl10(set, { split: 'train', env: { SPATIAL_ENSEMBLE_STL10: dirname(path) } });
    },
  },
  'pickled CIFAR': {
    seeds: async () => {
      const { python } = (
        JSON.parse(await readFile(CIFAR, 'utf8')) as { 'cifar-100': { python: { archive: string } } }
      )['cifar-100'];
      const tar = gunzipSync(Buffer.from(python.archive, 'base64'));
      return [tar.subarray(tar.lastIndexOf('\x80\x02}(', undefined, 'latin1'), tar.lastIndexOf('u.') + 2)];
    },
    read: async (bytes) =>
      (await import('../../packages/datasets/src/sources/cifar/pickled.ts')).readBatch(bytes, 'fine_labels', 3),
  },
  classes: {
    seeds: one(IMAGES.map((image, i) => `${image} ${CLASSES[i]}`).join('\n')),
    read: async (bytes, path) => {
      const { readGroundTruth } = await import('../../packages/datasets/src/sources/folder/ground-truth.ts');
      writeFileSync(path, bytes);
      return readGroundTruth({ path }, IMAGES, CLASSES);
    },
  },
  manifest: {
    seeds: one('path,label,split\na/1.png,cat,train\na/2.png,"a ""dog"" or so",test\n,,\n'),
    read: (bytes, path) => readTable(bytes, `${path}.csv`),
  },
  'manifest.jsonl': {
    seeds: one('{"path": "a/1.png", "label": 3, "split": "train"}\n\n{"path": "b.png", "label": null}\n'),
    read: (bytes, path) => readTable(bytes, `${path}.jsonl`),
  },
  folder: {
    seeds: pictures,
    async read(bytes, path) {
      const { indexOwnFolder } = await import('../../packages/datasets/src/sources/folder/index-own-folder.ts');
      mkdirSync(join(path, 'a'), { recursive: true });
      writeFileSync(join(path, 'a/1.jpg'), bytes);
      try {
        return await indexOwnFolder(path, { test: 0.5 }, 'train');
      } finally {
        rmSync(path, { recursive: true });
      }
    },
  },
  labels: {
    seeds: () => Promise.resolve(['[3, 1, 2]\n', '3\n1\n2\n'].map((text) => Buffer.from(text))),
    read: async (bytes) => {
      const { parsedIndices } = await import('../../packages/datasets/src/named-labels.ts');
      return parsedIndices(new TextDecoder().decode(bytes), 'file');
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
  plan: ofDocument(join(RESULTS, 'quickstart/study.json'), async () => (await record()).Plan),
  result: ofDocument(join(RUN, 'result.json'), async () => (await record()).Result),
  'run.json': ofDocument(join(RUN, 'run.json'), async () => (await record()).RunInfo),
  'checkpoint.json': ofRun('checkpoint/step-000000002/checkpoint.json'),
  'tensors of a checkpoint': ofRun('checkpoint/step-000000002/state.safetensors'),
  'metrics.jsonl': ofRun('metrics.jsonl'),
  overrides: {
    seeds: one('optimiser.learningRate=0.01\ndata.labelled=40\narms.0={"kind":"tma"}\nteacher="7"'),
    async read(bytes) {
      const { applyOverrides } = await record();
      const spec = { optimiser: { learningRate: 1 }, data: { labelled: 1 }, arms: [{ kind: 'sts' }], teacher: 'a' };
      return applyOverrides(spec, Buffer.from(bytes).toString('utf8').split('\n'));
    },
  },
  wheel: {
    seeds: async () => (await import('./wheel.ts')).wheel.seeds(),
    read: async (bytes, path) => (await import('./wheel.ts')).wheel.read(bytes, path),
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
