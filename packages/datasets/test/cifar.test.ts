import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cifar10, cifar100, imageNet, loadImages } from '../src/index.ts';
import { fetchCifar, loadCifarSet } from '../src/sources/cifar/cifar.ts';
import { CIFAR_10, CIFAR_100, type CifarSet } from '../src/sources/cifar/sets.ts';
import { fetchArchive } from '../src/sources/fetch-archive.ts';

let all = '';
let folder = '';
beforeAll(() => {
  all = mkdtempSync(join(tmpdir(), 'spatial-ensemble-cifar-'));
});
beforeEach(() => {
  folder = mkdtempSync(join(all, 'test-'));
});
afterAll(() => rmSync(all, { recursive: true }));

/** Records in which pixel values say where they are: the image's number, 50 a channel, the row. */
function records(count: number, labelBytes: number, label: (i: number) => number): Buffer {
  const size = labelBytes + 3072;
  const bytes = Buffer.alloc(count * size);
  for (let i = 0; i < count; i++) {
    // The coarse label of CIFAR-100, which is not used.
    bytes[i * size] = 19;
    bytes[i * size + labelBytes - 1] = label(i);
    for (let p = 0; p < 3072; p++)
      bytes[i * size + labelBytes + p] = (i + 50 * Math.floor(p / 1024) + Math.floor((p % 1024) / 32)) % 256;
  }
  return bytes;
}

const SMALL = { train: 4, test: 3 };

/** A set like CIFAR-100, with few records, and its archive. */
async function small(): Promise<{
  readonly set: CifarSet;
  readonly files: { [name: string]: Buffer };
  archive: Buffer;
}> {
  const files = { 'train.bin': records(4, 2, (i) => 10 * i), 'test.bin': records(3, 2, (i) => 99 - i) };
  const entries = [
    { header: { name: 'cifar-100-binary/', type: 'directory' as const, size: 0 } },
    ...Object.entries({ ...files, 'fine_label_names.txt': Buffer.from('apple\n') }).map(([name, body]) => ({
      header: { name: `cifar-100-binary/${name}`, size: body.length },
      body,
    })),
  ];
  const archive = gzipSync(await packTar(entries));
  const md5 = createHash('md5').update(archive).digest('hex');
  const set = { ...CIFAR_100, recordsAFile: SMALL, archive: { ...CIFAR_100.archive, md5 } };
  return { set, files, archive };
}

describe('CIFAR', () => {
  test('planes become interleaved channels, the fine label is the class', async () => {
    const { set, files } = await small();
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const images = await loadCifarSet(set, { split: 'train', directory: folder });
    expect([images.count, images.height, images.width, images.channels]).toEqual([4, 32, 32, 3]);
    expect([...images.labels]).toEqual([0, 10, 20, 30]);
    // Row 1, column 0 of image 2.
    expect([...images.images.subarray(2 * 3072 + 96, 2 * 3072 + 99)]).toEqual([3, 53, 103]);
    expect(images.title).toBe('CIFAR-100 (unverified)');
    expect(images.manifest).toMatchObject({ name: 'cifar100', verified: false, split: 'train' });
    expect(images.images.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('has its classes in the official order', () => {
    expect(CIFAR_10.classes).toHaveLength(10);
    const { classes } = CIFAR_100;
    expect(new Set(classes).size).toBe(100);
    expect([...classes].sort()).toEqual(classes);
  });

  test('the archive is verified, and read as it is', async () => {
    const { set, files, archive } = await small();
    writeFileSync(join(folder, set.archive.file), archive);
    const images = await loadCifarSet(set, { split: 'test', directory: folder });
    expect(images.title).toBe('CIFAR-100');
    expect(images.manifest.verified).toBe(true);
    expect([...images.labels]).toEqual([99, 98, 97]);

    // Where the archive is, files beside it and their name do not count.
    writeFileSync(join(folder, 'test.bin'), files['train.bin']!);
    writeFileSync(join(folder, 'SOURCE.json'), '{"name": "Mine"}');
    expect((await loadCifarSet(set, { split: 'test', directory: folder })).manifest).toEqual(images.manifest);

    archive[archive.length - 20]! ^= 1;
    writeFileSync(join(folder, set.archive.file), archive);
    await expect(loadCifarSet(set, { split: 'test', directory: folder })).rejects.toThrow(
      /is not the published archive: its MD5 is [0-9a-f]{32}, not/,
    );
  });

  test('files may lie in the folder that the archive makes; their title comes from a SOURCE.json beside them', async () => {
    const { set, files } = await small();
    const inner = join(folder, 'cifar-100-binary');
    mkdirSync(inner);
    writeFileSync(join(inner, 'test.bin'), files['test.bin']!);
    const load = (split: 'train' | 'test') => loadCifarSet(set, { split, env: { SPATIAL_ENSEMBLE_CIFAR100: folder } });
    expect((await load('test')).title).toBe('CIFAR-100 (unverified)');
    writeFileSync(join(inner, 'SOURCE.json'), '{"name": "CIFAR-100 (JPEG copies)"}');
    const named = await load('test');
    expect([named.title, named.manifest.verified]).toEqual(['CIFAR-100 (JPEG copies)', false]);
    writeFileSync(join(inner, 'SOURCE.json'), '{"name": "CIFAR-100"}');
    expect((await load('test')).title).toBe('CIFAR-100 (unverified)');
    writeFileSync(join(inner, 'SOURCE.json'), '{"title": 3}');
    await expect(load('test')).rejects.toThrow('must give the name to use');
    writeFileSync(join(inner, 'SOURCE.json'), '{');
    await expect(load('test')).rejects.toThrow('is not JSON');
    await expect(load('train')).rejects.toThrow('train.bin not found');
    writeFileSync(join(inner, 'train.bin'), files['test.bin']!);
    await expect(load('train')).rejects.toThrow('4 records of 3074 bytes are 12296');
    writeFileSync(
      join(inner, 'test.bin'),
      records(3, 2, () => 100),
    );
    writeFileSync(join(inner, 'SOURCE.json'), '{"name": "x"}');
    await expect(load('test')).rejects.toThrow(
      'the label of image 0 must be a whole number from 0 to 99, one of its 100 classes, got 100',
    );
  });
});

const { variable } = CIFAR_10;
test.skipIf(!process.env[variable])(
  `the whole CIFAR-10 (skipped unless ${variable} names it) has 6,000 images a class`,
  async () => {
    const [train, held] = await Promise.all(
      (['train', 'test'] as const).map((split) => loadImages(cifar10, {}, { split })),
    );
    const counts = (labels: Int32Array) => CIFAR_10.classes.map((_, i) => labels.filter((l) => l === i).length);
    expect(counts(train!.labels)).toEqual(new Array(10).fill(5000));
    expect(counts(held!.labels)).toEqual(new Array(10).fill(1000));
    expect(train!.title).toMatch(/^CIFAR-10/);
    expect(train!.manifest.verified).toBe(train!.title === 'CIFAR-10');
    expect(train!.manifest.sha256).not.toBe(held!.manifest.sha256);
  },
);

describe('fetching', () => {
  let server: Server;
  let base = '';
  let answer: Parameters<typeof createServer>[1] = (_, response) => response.end();
  beforeAll(async () => {
    server = createServer((request, response) => answer!(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('keeps an archive that has its checksum, and says how far it is', async () => {
    const { set, archive } = await small();
    answer = (_, response) => response.setHeader('content-length', archive.length).end(archive);
    const seen: (readonly [number, number | undefined])[] = [];
    const path = await fetchArchive(set.archive, {
      directory: join(folder, 'new'),
      url: base,
      progress: (bytes, total) => seen.push([bytes, total]),
    });
    expect(readFileSync(path).equals(archive)).toBe(true);
    expect(readdirSync(join(folder, 'new'))).toEqual([set.archive.file]);
    expect(seen.at(-1)).toEqual([archive.length, archive.length]);
    const images = await loadCifarSet(set, { split: 'test', directory: join(folder, 'new') });
    expect(images.title).toBe('CIFAR-100');
  });

  test('takes a file as well, and the cache is looked at where nothing is named', async () => {
    const { set, archive } = await small();
    writeFileSync(join(folder, 'copy'), archive);
    const env = { SPATIAL_ENSEMBLE_CACHE: join(folder, 'cache') };
    await expect(loadCifarSet(set, { split: 'test', env })).rejects.toThrow(
      /CIFAR-100 is not here. Fetch it with `npx spatial-ensemble doctor --data cifar100`, or put cifar-100-binary.tar.gz .*SPATIAL_ENSEMBLE_CIFAR100/,
    );
    const directory = join(folder, 'cache', 'datasets');
    await fetchArchive(set.archive, { directory, url: pathToFileURL(join(folder, 'copy')).href });
    expect((await loadCifarSet(set, { split: 'test', env })).title).toBe('CIFAR-100');
  });

  test.each([
    [
      'what is not the archive',
      (_: unknown, response: { end(text: string): void }) => response.end('<html>'),
      /what came is not the published archive: its MD5 is .*Nothing was kept/,
    ],
    [
      'an answer that is none',
      (_: unknown, response: { writeHead(status: number): { end(): void } }) => response.writeHead(404).end(),
      /the server answered 404 Not Found/,
    ],
    [
      'a connection that breaks',
      (_: unknown, response: { write(text: string): void; destroy(): void }) => (
        response.write('half'),
        setTimeout(() => response.destroy(), 20)
      ),
      /could not be fetched from/,
    ],
    ['silence', () => undefined, /nothing came for 0.3 seconds/],
  ])('leaves nothing of %s, and says what to do', async (_, response, message) => {
    answer = response as unknown as NonNullable<typeof answer>;
    const error = await fetchCifar(CIFAR_10, { env: {}, directory: folder, url: base, patience: 300 }).catch(
      (e: Error) => e,
    );
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(
      `To do it by hand, fetch https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz and put it at ${join(folder, 'cifar-10-binary.tar.gz')}`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('says why where no server is, no file is, or nothing can be written', async () => {
    await expect(fetchCifar(CIFAR_10, { env: {}, directory: folder, url: 'http://127.0.0.1:9/' })).rejects.toThrow(
      /could not be fetched from http:\/\/127.0.0.1:9\/: .*(ECONNREFUSED|bad port)/,
    );
    await expect(fetchCifar(CIFAR_10, { env: {}, directory: folder, url: 'file:///no/such/file' })).rejects.toThrow(
      'ENOENT',
    );
    writeFileSync(join(folder, 'file'), '');
    await expect(
      fetchCifar(CIFAR_10, { env: { SPATIAL_ENSEMBLE_CIFAR10: join(folder, 'file') }, url: base }),
    ).rejects.toThrow('EEXIST');
  });
});

test('options that a data set has not are refused', async () => {
  await expect(loadImages(cifar100, { folder: 'val' } as never, { split: 'train' })).rejects.toThrow(
    'the data set cifar100 has no option `folder`',
  );
  await expect(loadImages(imageNet, { size: 3 } as never, { split: 'train' })).rejects.toThrow(
    "the data set imagenet has no option `size`. Did you mean 'resize'? imagenet has folder, shrinkTo, orientation, resize",
  );
});
