import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decode } from '../src/files/decode.ts';
import { turned } from '../src/files/orientation.ts';

interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly sha256: string;
}

/** A file, and what Pillow makes of it; null: it refuses the file. */
interface Fixture {
  readonly file: string;
  readonly expected: Pixels | null;
  /** As `ImageOps.exif_transpose` turns it, where that is something else. */
  readonly turned?: Pixels;
  /** SHA-256 of 16 x 16 pixels: the shorter side resized, the middle cropped. */
  readonly square?: string;
}

const fixtures = JSON.parse(
  gunzipSync(readFileSync(new URL('reference/decoding.json.gz', import.meta.url))).toString(),
) as { readonly [kind: string]: { readonly [name: string]: Fixture } };
const cases = Object.entries(fixtures).flatMap(([kind, files]) =>
  Object.entries(files).map(([name, fixture]) => ({
    kind,
    name,
    ...fixture,
    bytes: Buffer.from(fixture.file, 'base64'),
  })),
);

/** What Pillow reads and we refuse, with what the error says. */
const REFUSED: { readonly [name: string]: string } = {
  'PNG: zeros from the middle on': 'it is damaged: the checksum of its chunk',
  'GIF: a frame smaller than the screen': 'it is a GIF whose first frame is smaller than its screen',
  'GIF: a frame smaller than the screen, with a background': 'it is a GIF whose first frame is smaller than its screen',
  'GIF: a transparent frame smaller than the screen': 'it is a GIF whose first frame is smaller than its screen',
  'TIFF: YCbCr': 'it is a TIFF of YCbCr that is not compressed as JPEG',
  'TIFF: YCbCr, LZW': 'it is a TIFF of YCbCr that is not compressed as JPEG',
  'TIFF: YCbCr, by hand': 'it is a TIFF of YCbCr that is not compressed as JPEG',
  'TIFF: RGB, alpha and one more': 'it is a TIFF of 8, 8, 8, 8, 8 bits (RGB, extra samples 2, 0)',
  'TIFF: CMYK and one more': 'it is a TIFF of 8, 8, 8, 8, 8 bits (CMYK, extra samples 0)',
  'TIFF: 16-bit CMYK': 'it is a TIFF of 16, 16, 16, 16 bits (CMYK)',
  'TIFF: Lab': 'it is a TIFF of 8, 8, 8 bits (CIELab)',
  'TIFF: 16-bit grey, white is zero': 'it is a TIFF of 16 bits (grey, white is zero)',
  'TIFF: 16-bit grey, signed': 'it is a TIFF of signed numbers, 16 bits (grey)',
  'TIFF: 16-bit RGB and associated alpha': 'it is a TIFF of 16, 16, 16, 16 bits (RGB, extra samples 1)',
  'TIFF: 16-bit RGB, planes': 'it is a TIFF of planes, 16, 16, 16 bits (RGB)',
  'TIFF: 32-bit grey': 'it is a TIFF of 32 bits (grey)',
  'TIFF: floats': 'it is a TIFF of floating-point numbers, 32 bits (grey)',
  'TIFF: RGB, Zstandard': 'it is a TIFF with compression 50000',
  'TIFF: RGB, LZMA': 'it is a TIFF with compression 34925',
  'TIFF: grey, signed': 'it is a TIFF of signed numbers, 8 bits (grey)',
  'TIFF: palette of 8-bit levels': 'it is a TIFF whose palette has 8 bits instead of 16',
  'TIFF: a raw file of a camera (DNG)': 'it is a raw file of a camera (DNG)',
  'BMP: run lengths': 'it is a BMP of run lengths',
  'other: PPM': 'it is a PPM image',
  'other: PGM': 'it is a PGM image',
  'other: AVIF': 'it is an AVIF image',
  'other: JPEG 2000': 'it is a JPEG 2000 image',
  'other: JPEG 2000, bare': 'it is a JPEG 2000 image',
  'other: ICO': 'it is an icon (ICO)',
  'other: PCX': 'it is a PCX image',
  'other: TGA': 'it is no image of a kind that is read',
  'other: SGI': 'it is an SGI image',
  'other: DDS': 'it is a DDS image',
  'other: QOI': 'it is a QOI image',
};

/** What both refuse: how a kind of its own is named, and how damage is. */
const BOTH_REFUSE =
  /which is not read|it is cut off|it is damaged|it is empty|it is text|it is a web page|it is no image|it has no frames|more than 178,956,970|premature end|unsupported|corrupt header|libpng read error|decoding error/i;

async function check(bytes: Uint8Array, orientation: 'exif' | undefined, expected: Pixels): Promise<void> {
  const { data, shape } = await decode(bytes, orientation === undefined ? {} : { orientation });
  expect(shape).toEqual({ height: expected.height, width: expected.width, channels: 3 });
  expect(createHash('sha256').update(data).digest('hex')).toBe(expected.sha256);
}

describe('files are decoded as torchvision does, byte for byte, or refused by name', () => {
  test.each(cases)('$kind: $name', async ({ kind, name, bytes, expected, turned, square }) => {
    const refusal = REFUSED[`${kind}: ${name}`];
    if (expected === null) return expect(decode(bytes, {})).rejects.toThrow(BOTH_REFUSE);
    if (refusal !== undefined) return expect(decode(bytes, {})).rejects.toThrow(refusal);
    await check(bytes, undefined, expected);
    await check(bytes, 'exif', turned ?? expected);
    if (square === undefined) return;
    const { data, shape } = await decode(bytes, { resize: 16 });
    expect(shape).toEqual({ height: 16, width: 16, channels: 3 });
    expect(createHash('sha256').update(data).digest('hex')).toBe(square);
  });

  test('decoding.md counts them', () => {
    const counts = (kind: string) => {
      const of = cases.filter((one) => one.kind === kind);
      const refused = of.filter(({ name, expected }) => expected !== null && `${kind}: ${name}` in REFUSED);
      const both = of.filter(({ expected }) => expected === null);
      return [of.length, of.length - refused.length - both.length, refused.length, both.length];
    };
    const counted = readFileSync(new URL('reference/decoding.md', import.meta.url), 'utf8');
    const rows = [
      ...counted.matchAll(/^\| (JPEG|PNG|WebP|GIF|TIFF|BMP|other) +\| +(\d+) +\| +(\d+) +\| +(\d+) +\| +(\d+) +\|/gm),
    ];
    expect(rows.map(([, kind, ...numbers]) => [kind, ...numbers.map(Number)])).toEqual(
      Object.keys(fixtures).map((kind) => [kind, ...counts(kind)]),
    );
    expect(Object.keys(REFUSED).filter((name) => !cases.some((one) => `${one.kind}: ${one.name}` === name))).toEqual(
      [],
    );
  });
});

test('eight orientations: turned, and mirrored', () => {
  const image = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: { height: 2, width: 3, channels: 1 } };
  const rows = (orientation: number) => [...turned(image, orientation).data].join('');
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(rows)).toEqual([
    '123456',
    '321654',
    '654321',
    '456123',
    '142536',
    '415263',
    '635241',
    '362514',
  ]);
  expect(turned(image, 6).shape).toEqual({ height: 3, width: 2, channels: 1 });
});

describe('decoding at a fraction of the size', () => {
  // Slopes, of which little is lost.
  const slopes = Buffer.from({ length: 400 * 300 * 3 } as ArrayLike<number>).map((_, i) =>
    Math.floor((((i / 3) % 400) + Math.floor(i / 1200)) / 3),
  );
  const image = sharp(slopes, { raw: { width: 400, height: 300, channels: 3 } });

  test.each([
    [301, 400, 300],
    [150, 200, 150],
    [75, 100, 75],
    [60, 100, 75],
    [20, 50, 38],
  ])('keeps %d pixels of the shorter side: %d x %d', async (shrinkTo, width, height) => {
    const { data, shape } = await decode(await image.clone().jpeg({ quality: 100 }).toBuffer(), { shrinkTo });
    expect(shape).toEqual({ height, width, channels: 3 });
    const factor = 400 / width;
    for (const [y, x] of [
      [3, 5],
      [Math.floor(height / 2), width - 9],
    ] as const) {
      const middle = (factor - 1) / 2;
      const there = (x * factor + middle + (y * factor + middle)) / 3;
      expect(Math.abs(data[(y * width + x) * 3]! - there)).toBeLessThan(3);
    }
  });

  test('leaves other formats whole', async () => {
    const { shape } = await decode(await image.clone().png().toBuffer(), { shrinkTo: 20 });
    expect(shape).toEqual({ height: 300, width: 400, channels: 3 });
  });
});
