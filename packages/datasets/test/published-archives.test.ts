import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { namedLabels, stl10, svhn, type ImageSet } from '../src/index.ts';
import { STL_10 } from '../src/sources/stl10/set.ts';
import { loadStl10 } from '../src/sources/stl10/stl10.ts';
import { SVHN } from '../src/sources/svhn/set.ts';
import { loadSvhn, readSvhn } from '../src/sources/svhn/svhn.ts';

// `reference/stl10_svhn.py` made the archives with NumPy and SciPy, in the formats of the published ones.

interface Part {
  readonly sha256: string;
  readonly labels: readonly number[];
}
type MatFile = Part & { readonly file: string; readonly md5: string; readonly count: number };
const reference = JSON.parse(readFileSync(new URL('reference/stl10_svhn.json', import.meta.url), 'utf8')) as {
  readonly stl10: { readonly archive: string; readonly md5: string; readonly folds: number[][] } & {
    readonly counts: { readonly train: number; readonly test: number; readonly unlabeled: number };
  } & { readonly [part in 'train' | 'labelled' | 'test']: Part };
  readonly svhn: { readonly [part in 'train' | 'test' | 'extra']: MatFile };
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spatial-ensemble-published-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function check({ images, labels }: ImageSet, expected: Part): void {
  expect([...labels]).toEqual(expected.labels);
  expect(createHash('sha256').update(images).digest('hex')).toBe(expected.sha256);
  expect(images.buffer).toBeInstanceOf(SharedArrayBuffer);
}

describe('STL-10', () => {
  const { archive, md5, counts, folds } = reference.stl10;
  const bytes = Buffer.from(archive, 'base64');
  const set = { counts, folds: { count: 3, images: 2 }, archive: { ...STL_10.archive, md5 } };
  const env = () => ({ SPATIAL_ENSEMBLE_STL10: folder, SPATIAL_ENSEMBLE_CACHE: join(folder, 'cache') });
  const load = (options: Omit<Parameters<typeof loadStl10>[1], 'env'>, of = set) =>
    loadStl10(of, { ...options, env: env() });

  test('its parts are those that torchvision reads: training images, then those without a label', async () => {
    writeFileSync(join(folder, 'stl10_binary.tar.gz'), bytes);
    const train = await load({ split: 'train' });
    check(train, reference.stl10.train);
    check(await load({ split: 'train', images: 'labelled' }), reference.stl10.labelled);
    const tested = await load({ split: 'test' });
    check(tested, reference.stl10.test);
    expect(train.manifest).toMatchObject({ name: 'stl10', title: 'STL-10', count: 11, verified: true });
    expect([train.folds, tested.folds, train.officialOrder]).toEqual([folds, undefined, true]);
    expect(await namedLabels({ fold: 2 }, train)).toEqual([5, 3]);
    await expect(namedLabels({ fold: 4 }, train)).rejects.toThrow('has 3 published folds, from 1, and fold 4 is asked');
    await expect(namedLabels({ fold: 1 }, tested)).rejects.toThrow('has no published folds');
    expect(stl10.status?.(env()).directory).toBe(folder);
    expect(STL_10.counts.train + STL_10.counts.unlabeled).toBe(105_000);
  });

  test('another archive, or one that does not hold what it should, is refused', async () => {
    await expect(load({ split: 'test' })).rejects.toThrow(/there is no .*stl10_binary\.tar\.gz\. Fetch it with/);
    await expect(stl10.load({}, { split: 'test', env: { SPATIAL_ENSEMBLE_CACHE: folder } })).rejects.toThrow(
      'STL-10 is not here. Fetch it with',
    );
    const packed = (change: (tar: Buffer) => void) => {
      const tar = gunzipSync(bytes);
      change(tar);
      const changed = gzipSync(tar);
      writeFileSync(join(folder, 'stl10_binary.tar.gz'), changed);
      return { ...set, archive: { ...set.archive, md5: createHash('md5').update(changed).digest('hex') } };
    };
    packed((tar) => void (tar[600] = 1));
    await expect(load({ split: 'test' })).rejects.toThrow('is not the published archive: its MD5 is');
    const at = (tar: Buffer, name: string) => tar.indexOf(name) + 512;
    const label = packed((tar) => void (tar[at(tar, 'stl10_binary/test_y.bin')] = 11));
    await expect(load({ split: 'test' }, label)).rejects.toThrow('the label of image 0 is 11, not one of 1 to 10');
    const fold = packed((tar) => tar.write('0 0', at(tar, 'stl10_binary/fold_indices.txt')));
    await expect(load({ split: 'train' }, fold)).rejects.toThrow('fold_indices.txt: it is no list of 3 folds of 2');
    const more = { ...set, counts: { ...counts, test: 5 } };
    writeFileSync(join(folder, 'stl10_binary.tar.gz'), bytes);
    await expect(load({ split: 'test' }, more)).rejects.toThrow('test_X.bin: it ends after 4 of 5 records');
    await expect(load({ split: 'test' }, { ...set, counts: { ...counts, test: 3 } })).rejects.toThrow(
      'goes on after 3',
    );
    const cut = bytes.subarray(0, bytes.length - 40);
    writeFileSync(join(folder, 'stl10_binary.tar.gz'), cut);
    const md5OfCut = createHash('md5').update(cut).digest('hex');
    await expect(load({ split: 'train' }, { ...set, archive: { ...set.archive, md5: md5OfCut } })).rejects.toThrow(
      /stl10_binary\.tar\.gz/,
    );
  });
});

describe('SVHN', () => {
  const part = (name: 'train' | 'test' | 'extra') => ({
    archive: { ...SVHN[name].archive, md5: reference.svhn[name].md5 },
    images: reference.svhn[name].count,
  });
  const set = { train: part('train'), test: part('test'), extra: part('extra') };
  const put = (name: keyof typeof set) =>
    writeFileSync(join(folder, set[name].archive.file), Buffer.from(reference.svhn[name].file, 'base64'));
  const env = () => ({ SPATIAL_ENSEMBLE_SVHN: folder, SPATIAL_ENSEMBLE_CACHE: join(folder, 'cache') });
  const load = (split: 'train' | 'test', extra = false) => loadSvhn(set, { split, extra, env: env() });

  test('its parts are those that torchvision reads; a label of 10 is the digit 0; extra lies behind train', async () => {
    put('train');
    put('test');
    const train = await load('train');
    check(train, reference.svhn.train);
    check(await load('test'), reference.svhn.test);
    expect(train.manifest).toMatchObject({ name: 'svhn', title: 'SVHN', count: 5, verified: true });
    await expect(load('train', true)).rejects.toThrow(/there is no .*extra_32x32\.mat\. Fetch train and test/);
    put('extra');
    const both = await load('train', true);
    expect([...both.labels]).toEqual([...reference.svhn.train.labels, ...reference.svhn.extra.labels]);
    const extra = both.images.slice(5 * 3072);
    expect(createHash('sha256').update(extra).digest('hex')).toBe(reference.svhn.extra.sha256);
    expect([both.title, svhn.status?.(env()).directory]).toEqual(['SVHN with extra', folder]);
  });

  test('another file, or one that does not hold what it should, is refused', async () => {
    put('train');
    const file = join(folder, 'train_32x32.mat');
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(1));
    await expect(load('train')).rejects.toThrow('is not the published archive: its MD5 is');
    const read = (bytes: Uint8Array, count = 5) => {
      writeFileSync(file, bytes);
      return readSvhn(file, new Uint8Array(count * 3072), new Int32Array(count));
    };
    await expect(read(whole)).resolves.toBeUndefined();
    await expect(read(whole, 6)).rejects.toThrow('the array X has 32 x 32 x 3 x 5 numbers of type 2 in 15360 bytes');
    await expect(read(whole.subarray(0, 60))).rejects.toThrow('is not a MATLAB file of level 5');
    await expect(read(whole.subarray(0, whole.length - 9))).rejects.toThrow('it is cut off, or damaged');
    const plain = Buffer.from(reference.svhn.test.file, 'base64');
    const label = Buffer.from(plain);
    label[label.length - 4 + 1] = 11;
    await expect(read(label, 3)).rejects.toThrow('not one of 1 to 10');
    const named = Buffer.from(plain);
    named.write('Z', named.indexOf('X'));
    await expect(read(named, 3)).rejects.toThrow('it lacks the array X');
  });
});
