import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { key } from '@spatial-ensemble/random';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeFile } from '../src/files/decode-file.ts';
import { entryOf } from '../src/files/image-files.ts';
import { drawSplit, loadImages, manifest, namedLabels, type FileImageSet } from '../src/index.ts';

let root = '';
let jpeg: Buffer;
let png: Buffer;
beforeAll(async () => {
  const create = { width: 9, height: 7, channels: 3, background: '#4080c0' } as const;
  [jpeg, png] = await Promise.all([sharp({ create }).jpeg().toBuffer(), sharp({ create }).png().toBuffer()]);
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spatial-ensemble-manifest-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(
  path: string,
  content: Buffer | string = path.endsWith('g') ? (path.endsWith('.png') ? png : jpeg) : '',
): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const load = async (
  options: Parameters<typeof manifest.load>[0] = {},
  split: 'train' | 'test' = 'train',
  file = 'labels.csv',
  heldOut?: string,
): Promise<FileImageSet> => {
  const env = { SPATIAL_ENSEMBLE_MANIFEST: join(root, file), SPATIAL_ENSEMBLE_CACHE: join(root, '.cache') };
  return (await loadImages(manifest, options, {
    split,
    env,
    ...(heldOut !== undefined && { heldOut }),
  })) as FileImageSet;
};
const rowsOf = (set: FileImageSet) =>
  Array.from({ length: set.count }, (_, i) => [entryOf(set.files, i), set.classes[set.labels[i]!] ?? null]);

describe('a manifest', () => {
  test('CSV and JSONL of the same rows are the same images', async () => {
    for (const path of ['cats/1.jpg', 'cats/ä, "2".png', '3.jpg', 'more/4.png', 't/5.jpg']) put(path);
    const lines = [
      ['3.jpg', 'dog', 'train'],
      ['cats/1.jpg', 'cat', 'train'],
      ['./cats/ä, "2".png', '', 'train'],
      ['more/4.png', 'cat', 'val'],
      ['t/5.jpg', 'dog', 'test'],
    ];
    const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    // As spreadsheets save it: with a mark, quotes, other columns, the lines' ends of Windows.
    put(
      'labels.csv',
      `\ufefffile,species,note,use\r\n${lines.map(([a, b, c]) => [a!, b!, 'x', c!].map(quoted).join(',')).join('\r\n')}\r\n\r\n`,
    );
    put(
      'labels.jsonl',
      `${lines.map(([file, species, use]) => JSON.stringify({ file, species: species || null, use, more: [1] })).join('\n')}\n\n`,
    );
    const options = { pathColumn: 'file', labelColumn: 'species', splitColumn: 'use' };
    const csv = await load(options);
    expect(rowsOf(csv)).toEqual([
      ['3.jpg', 'dog'],
      ['cats/1.jpg', 'cat'],
      ['cats/ä, "2".png', null],
    ]);
    expect(csv.classes).toEqual(['cat', 'dog']);
    expect((await decodeFile(csv.files, 2)).shape).toEqual({ height: 7, width: 9, channels: 3 });
    expect(csv.manifest).toMatchObject({ name: 'manifest', split: 'train', count: 3, verified: false });
    const json = await load(options, 'train', 'labels.jsonl');
    expect(json.manifest).toEqual(csv.manifest);
    expect(rowsOf(await load(options, 'test'))).toEqual([['t/5.jpg', 'dog']]);
    expect(rowsOf(await load({ ...options, test: 'val' }, 'test', 'labels.jsonl'))).toEqual([['more/4.png', 'cat']]);
    await expect(load({ ...options, test: 'dev' })).rejects.toThrow(
      "has 3 rows of 'use' train and 0 of dev; it has 'train', 'val', 'test'. Name that of test images",
    );
  });

  test('classes that are numbers are in the order of the numbers', async () => {
    const names = ['10', '9', '0', '2'];
    for (const name of names) put(`${name}.png`);
    put('labels.csv', `path,label\n${names.map((name) => `${name}.png,${name}`).join('\n')}`);
    put('test.csv', 'label,path\n9,x/9.png');
    put('x/9.png');
    const { classes, labels } = await load({ test: 'test.csv' });
    expect([classes, [...labels]]).toEqual([
      ['0', '2', '9', '10'],
      [3, 2, 0, 1],
    ]);
    expect([...(await load({ test: 'test.csv' }, 'test')).labels]).toEqual([2]);
  });

  test('a share of each class is tested, the same for whoever loads it', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `${i}.png`);
    for (const name of names) put(name);
    const label = (i: number) => (i >= 25 ? '' : i % 5 === 0 ? 'few' : 'many');
    put('labels.csv', `path,label\n${names.map((name, i) => `${name},${label(i)}`).join('\n')}`);
    const [train, tested] = [await load({ test: 0.4 }), await load({ test: 0.4 }, 'test')];
    const of = (set: FileImageSet, name: string | null) => rowsOf(set).filter(([, one]) => one === name).length;
    expect([of(tested, 'few'), of(tested, 'many'), of(tested, null)]).toEqual([2, 8, 0]);
    expect([of(train, 'few'), of(train, 'many'), of(train, null)]).toEqual([3, 12, 5]);
    const all = [...rowsOf(train), ...rowsOf(tested)].map(([path]) => path);
    expect(all.toSorted()).toEqual(names.toSorted());
    expect((await load({ test: 0.4, testSeed: 1 }, 'test')).manifest.sha256).not.toBe(tested.manifest.sha256);
    // Labels by which rows have one, and by a list.
    const split = drawSplit({ key: key(1), labels: train.labels, classes: 2, labelled: 'all', heldOut: 2 });
    expect([split.labelled.length, split.unlabelled.length, split.heldOut.length]).toEqual([13, 18, 2]);
  });

  test('rows are held out by what a column says of them', async () => {
    for (const name of ['1', '2', '3', '4', '5']) put(`${name}.png`);
    const rows = '1.png,x,train\n2.png,y,val\n3.png,y,train\n4.png,x,test';
    put('labels.csv', `path,label,use\n${rows}\n`);
    const held = (options: Parameters<typeof manifest.load>[0], name = 'val', split: 'train' | 'test' = 'train') =>
      load({ splitColumn: 'use', ...options }, split, 'labels.csv', name);
    const train = await held({});
    expect([rowsOf(train), train.heldOut]).toEqual([
      [
        ['1.png', 'x'],
        ['3.png', 'y'],
        ['2.png', 'y'],
      ],
      [2],
    ]);
    expect(rowsOf(await held({}, 'val', 'test'))).toEqual([['4.png', 'x']]);
    await expect(held({}, 'dev')).rejects.toThrow("no row says dev in 'use'");
    await expect(held({}, 'train')).rejects.toThrow("rows of 'use' train are training images");
    await expect(held({ test: 'val' })).rejects.toThrow("rows of 'use' val are test images");
    await expect(held({ splitColumn: undefined, test: 0.5 })).rejects.toThrow('name it, --set data.splitColumn=split');
    put('labels.csv', `path,label,use\n${rows}\n5.png,,val\n`);
    await expect(held({})).rejects.toThrow('line 6: 5.png is held out and has no label');
  });

  test('labels by a list of paths', async () => {
    for (const name of ['a', 'b', 'c', 'd']) put(`${name}.png`);
    put('labels.csv', 'path,label\na.png,x\nb.png,y\nc.png,x\nd.png,');
    const set = await load({ test: 0.5 });
    const here = mkdtempSync(join(process.cwd(), '.paths-'));
    const declared = (text: string) => {
      writeFileSync(join(here, 'list.txt'), text);
      const sha256 = createHash('sha256').update(text).digest('hex');
      return { paths: relative(process.cwd(), join(here, 'list.txt')), sha256 };
    };
    try {
      const named = rowsOf(set).flatMap(([path, name]) => (name === null ? [] : [path!]));
      const indices = await namedLabels(declared(`${named.toReversed().join('\r\n')}\n`), set);
      expect(indices.map((index) => entryOf(set.files, index))).toEqual(named.toReversed());
      await expect(namedLabels(declared(`${named[0]}\nno.png`), set)).rejects.toThrow(
        'list.txt, line 2: "no.png" is no training image of own images',
      );
      await expect(namedLabels(declared('d.png'), set)).rejects.toThrow(/names image \d, which has no label/);
      await expect(namedLabels({ ...declared('d.png'), sha256: 'a'.repeat(64) }, set)).rejects.toThrow(
        'is not the file',
      );
    } finally {
      rmSync(here, { recursive: true });
    }
  });

  test('is indexed anew once it or a folder of it has changed', async () => {
    put('a/1.png');
    put('a/2.png');
    put('labels.csv', 'path,label\na/1.png,x\na/2.png,y');
    put('test.csv', 'path,label\nb/1.png,x');
    put('b/1.png');
    const first = await load({ test: 'test.csv' });
    expect((await load({ test: 'test.csv' })).manifest).toEqual(first.manifest);
    put('new.csv', 'path,label\na/1.png,y\na/2.png,x');
    renameSync(join(root, 'new.csv'), join(root, 'labels.csv'));
    expect((await load({ test: 'test.csv' })).manifest.sha256).not.toBe(first.manifest.sha256);
    rmSync(join(root, 'a/2.png'));
    await expect(load({ test: 'test.csv' })).rejects.toThrow('line 3: a/2.png: there is no such file');
  });
});

describe('rows that cannot be used are named by their lines', () => {
  test('all at once, up to five', async () => {
    put('1.png');
    put('cut.jpg', jpeg.subarray(0, 100));
    const bad = ['1.png,x', ',y', '/etc/passwd,x', '1.png,z', '2.png', '"a\nb",x,y'];
    put('labels.csv', `path,label\n${[...bad, ',', 'C:\\x.png,x'].join('\n')}`);
    const message = await load({ test: 0.5 }).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message.split('\n')).toEqual([
      `${join(root, 'labels.csv')} has 7 rows that cannot be used; put them right, or take them away:`,
      "  line 3: has nothing in the column 'path'",
      "  line 4: /etc/passwd begins at the root, and is another file elsewhere: write it from the manifest's folder on",
      '  line 5: names 1.png again, as line 2 does',
      '  line 6: has 1 cells instead of 2',
      '  line 8: has 3 cells instead of 2',
      '  and 2 more',
    ]);
    put('labels.csv', 'path,label\n1.png,x\ncut.jpg,x\nno.png,y\n');
    await expect(load({ test: 0.1 })).rejects.toThrow(
      /has 2 rows that cannot be used.*\n {2}line 3: cut\.jpg: it is cut off: it has no end marker\n {2}line 4: no\.png: there is no such file$/,
    );
  });

  test('of JSONL', async () => {
    put('1.png');
    put('l.jsonl', '{"path":"1.png","label":3}\n{"path":"2.png","label":true}\n{"path"\n[1]\n{"label":"x"}');
    await expect(load({ test: 0.5 }, 'train', 'l.jsonl')).rejects.toThrow(
      /has 4 rows .*\n {2}line 2: is no JSON object with texts.*\n {2}line 3: is no JSON\n {2}line 4: is no JSON object.*\n {2}line 5: has nothing in the column 'path'$/,
    );
  });

  test('of test images', async () => {
    for (const name of ['1', '2', '3']) put(`${name}.png`);
    put('labels.csv', 'path,label\n1.png,x\n2.png,y');
    put('t.csv', 'path,label\n1.png,x\n3.png,\n4.png,z');
    await expect(load({ test: 't.csv' }, 'test')).rejects.toThrow(
      /t\.csv has 3 rows .*\n {2}line 2: 1\.png is a training image too, by line 2\n {2}line 3: 3\.png is a test image and has no label\n {2}line 4: no training image is of the class 'z'$/,
    );
  });

  test.each([
    ['no test images', 'path,label\n1.png,x', {}, 'nothing says which images'],
    [
      'another column',
      'file,class\n1.png,x',
      {},
      "has no column 'path'; it has 'file', 'class'. Say which it is: --set data.pathColumn=file",
    ],
    ['no CSV', 'path,label\n"1.png,x', { test: 0.5 }, 'labels.csv is no CSV, line 2: Quote Not Closed'],
    ['no classes', 'path,label\n1.png,', { test: 0.5 }, 'no training image of'],
    ['no rows', 'path,label\n', { test: 0.5 }, 'has no rows'],
    ['no other file', 'path,label\n1.png,x', { test: 'no.csv' }, 'which data.test names'],
    ['not UTF-8', Buffer.from('path,label\ncaf\xe9.png,x', 'latin1'), { test: 0.5 }, 'is not UTF-8'],
  ] as const)('%s', async (_, content, options, message) => {
    put('1.png');
    put('labels.csv', content as string);
    await expect(load(options)).rejects.toThrow(message);
  });

  test('no file, no name of one, or one of another kind', async () => {
    await expect(load({ test: 0.5 }, 'train', 'no.csv')).rejects.toThrow('there is no file');
    put('labels.xlsx', 'PK');
    await expect(load({ test: 0.5 }, 'train', 'labels.xlsx')).rejects.toThrow('a manifest ends in .csv or .jsonl');
    await expect(loadImages(manifest, {}, { split: 'train', env: {} })).rejects.toThrow('no manifest is named');
  });
});
