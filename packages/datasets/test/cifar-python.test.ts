import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCifarSet } from '../src/sources/cifar/cifar.ts';
import { readBatch } from '../src/sources/cifar/pickled.ts';
import { CIFAR_10, CIFAR_100, type CifarSet } from '../src/sources/cifar/sets.ts';

// `reference/cifar_python.py` made archives of both versions from the same images.

interface Packed {
  readonly archive: string;
  readonly md5: string;
}
const reference = JSON.parse(readFileSync(new URL('reference/cifar_python.json', import.meta.url), 'utf8')) as {
  readonly [set in 'cifar-10' | 'cifar-100']: { readonly python: Packed; readonly binary: Packed };
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spatial-ensemble-cifar-python-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function small(set: CifarSet, recordsAFile: CifarSet['recordsAFile'], name: keyof typeof reference): CifarSet {
  const { python, binary } = reference[name];
  return {
    ...set,
    recordsAFile,
    archive: { ...set.archive, md5: binary.md5 },
    python: { ...set.python, archive: { ...set.python.archive, md5: python.md5 } },
  };
}
const TEN = small(CIFAR_10, { train: 3, test: 2 }, 'cifar-10');
const HUNDRED = small(CIFAR_100, { train: 4, test: 3 }, 'cifar-100');

test.each([
  ['cifar-10', TEN],
  ['cifar-100', HUNDRED],
] as const)('%s: both archives have the same images, bit for bit', async (name, set) => {
  for (const split of ['train', 'test'] as const) {
    const load = () => loadCifarSet(set, { split, directory: folder });
    writeFileSync(join(folder, set.python.archive.file), Buffer.from(reference[name].python.archive, 'base64'));
    const python = await load();
    writeFileSync(join(folder, set.archive.file), Buffer.from(reference[name].binary.archive, 'base64'));
    const binary = await load();
    expect(python.manifest).toEqual({ ...binary.manifest, verified: true });
    expect(python.count).toBe(set.files[split].length * set.recordsAFile[split]);
    expect(Buffer.from(python.images).equals(Buffer.from(binary.images))).toBe(true);
    expect([python.labels, python.officialOrder]).toEqual([binary.labels, true]);
    rmSync(join(folder, set.archive.file));
  }
});

test('another archive, and a batch that asks for something else, are refused', async () => {
  const packed = Buffer.from(reference['cifar-100'].python.archive, 'base64');
  const path = join(folder, HUNDRED.python.archive.file);
  writeFileSync(path, packed.subarray(1));
  const load = (set = HUNDRED) => loadCifarSet(set, { split: 'test', directory: folder });
  await expect(load()).rejects.toThrow('is not the published archive: its MD5 is');

  const tar = gunzipSync(packed);
  const start = tar.indexOf('\x80\x02}(', tar.indexOf('cifar-100-python/test'), 'latin1');
  const batch = tar.subarray(start, tar.indexOf('u.', start + 9216, 'latin1') + 2);
  expect(readBatch(batch, 'fine_labels', 3).labels).toEqual([5, 6, 98]);
  expect(() => readBatch(batch, 'labels', 3)).toThrow('its `labels` are no list of 3 numbers');
  expect(() => readBatch(batch, 'fine_labels', 4)).toThrow('is no array of 4 x 3072 bytes, but of 3 x 3072');
  const system = Buffer.from(batch.toString('latin1').replace('cnumpy\ndtype', 'cposix\nsystem'), 'latin1');
  expect(() => readBatch(system, 'fine_labels', 3)).toThrow(
    'it asks for "posix.system", which no batch of CIFAR needs',
  );
  const wide = Buffer.from(batch.toString('latin1').replace('\x02u1', '\x02i8'), 'latin1');
  expect(() => readBatch(wide, 'fine_labels', 3)).toThrow('something else than bytes in rows');

  system.copy(tar, start);
  const changed = gzipSync(tar);
  writeFileSync(path, changed);
  const md5 = createHash('md5').update(changed).digest('hex');
  const set = { ...HUNDRED, python: { ...HUNDRED.python, archive: { ...HUNDRED.python.archive, md5 } } };
  // One byte more than the name that it replaces, so that its end is cut off.
  await expect(load(set)).rejects.toThrow(
    /cifar-100-python\.tar\.gz, test, cannot be read: it asks for "posix\.system"/,
  );
});
