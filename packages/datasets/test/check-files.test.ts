import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkFiles, findImages } from '../src/index.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spatial-ensemble-check-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A picture of one colour, as a file of some kind. */
async function picture(colour: string, kind: 'png' | 'jpeg' | 'webp' = 'png', side = 20): Promise<Buffer> {
  const create = { width: side, height: side + 1, channels: 3, background: colour } as const;
  return sharp({ create })[kind]().toBuffer();
}

function put(path: string, bytes: Buffer | string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), bytes);
}

/** Names, sizes and times of all there is. */
const everything = () =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((path) => [path, statSync(join(root, path)).size, statSync(join(root, path)).mtimeMs]);

describe('every image is read once, and what is wrong is listed', () => {
  test('in folders', async () => {
    const [red, blue] = [await picture('#c04040'), await picture('#4040c0')];
    const photograph = await sharp(Buffer.from(Array.from({ length: 4800 }, (_, i) => (i * 7919) % 256)), {
      raw: { width: 40, height: 40, channels: 3 },
    })
      .jpeg()
      .toBuffer();
    put('train/cat/1.png', red);
    put('train/cat/cut.jpg', photograph.subarray(0, photograph.length - 60));
    // Whole at both ends, as a look at those would find.
    put('train/cat/hole.png', Buffer.concat([red.subarray(0, 50), Buffer.alloc(9), red.subarray(59)]));
    put('train/cat/again.webp', await sharp(red).webp({ lossless: true }).toBuffer());
    put('train/dog/other-class.png', blue);
    put('train/cat/blue.png', blue);
    put('train/dog/really-a-jpeg.png', photograph);
    put('train/dog/small.png', await picture('#40c040', 'png', 9));
    put('train/dog/notes.txt', 'text');
    put('train/dog/avif.jpg', Buffer.concat([Buffer.from('\0\0\0\x18ftypavif', 'latin1'), Buffer.alloc(20)]));
    put('val/cat/1.png', await sharp(red).png({ compressionLevel: 0 }).toBuffer());
    put('unlabelled/x/1.png', await picture('#808080'));
    const before = everything();

    const found = await findImages(root);
    expect(found.skipped).toMatchObject([{ why: 'files with other extensions', count: 1 }]);
    const told: number[] = [];
    const checked = await checkFiles(found, (done, total) => void told.push(done, total));
    expect(checked).toEqual({
      images: 11,
      damaged: [
        { path: 'train/cat/cut.jpg', why: 'it is cut off: it has no end marker' },
        { path: 'train/cat/hole.png', why: expect.any(String) as string },
        { path: 'train/dog/avif.jpg', why: expect.stringContaining('it is an AVIF image') as string },
      ],
      misnamed: [{ path: 'train/dog/really-a-jpeg.png', why: 'it is a JPEG file, and its name says PNG' }],
      tiny: [{ path: 'train/dog/small.png', why: 'it has 9 x 10 pixels' }],
      acrossParts: [{ paths: ['train/cat/1.png', 'train/cat/again.webp', 'val/cat/1.png'] }],
      twoClasses: [{ paths: ['train/cat/blue.png', 'train/dog/other-class.png'] }],
      repeated: [],
    });
    expect(told.slice(-2)).toEqual([11, 11]);
    // Each once.
    expect(told.filter((_, i) => i % 2 === 0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(everything()).toEqual(before);
  });

  test('that a manifest names', async () => {
    put('images/1.png', await picture('#c04040'));
    put('images/2.png', await picture('#c04040'));
    put('images/3.png', await picture('#4040c0'));
    put(
      'labels.csv',
      'file,what,fold\nimages/1.png,a,train\nimages/2.png,b,test\nimages/3.png,,train\ngone.png,a,test\n',
    );
    const columns = { path: 'file', label: 'what', split: 'fold' };
    const checked = await checkFiles(await findImages(join(root, 'labels.csv'), columns));
    expect(checked).toMatchObject({
      images: 4,
      damaged: [{ path: 'gone.png', why: 'there is no such file' }],
      acrossParts: [{ paths: ['images/1.png', 'images/2.png'] }],
      twoClasses: [],
    });
    const { split: _, ...two } = columns;
    const unsplit = await checkFiles(await findImages(join(root, 'labels.csv'), two));
    expect([unsplit.acrossParts, unsplit.twoClasses]).toEqual([[], [{ paths: ['images/1.png', 'images/2.png'] }]]);
    put('labels.jsonl', '{"path": "images/3.png", "label": 1}\nno JSON\n{"label": 2}\n');
    const found = await findImages(join(root, 'labels.jsonl'));
    expect(found.badRows).toEqual(['line 2 is no JSON', 'line 3 names no image']);
    expect((await checkFiles(found)).damaged).toEqual([]);
  });

  test('where there are none, that is said', async () => {
    await expect(findImages(join(root, 'gone'))).rejects.toThrow('name a directory of images, or a manifest');
    await expect(findImages(root)).rejects.toThrow('has no images: files that end in .jpg');
  });
});
