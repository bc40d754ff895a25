import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decode } from '../src/files/decode.ts';

interface Fixture {
  readonly file: string;
  readonly expected: { readonly height: number; readonly width: number; readonly rgb: string } | null;
}

const fixtures = JSON.parse(readFileSync(new URL('reference/decoding.json', import.meta.url), 'utf8')) as {
  readonly [name: string]: Fixture;
};
const cases = Object.entries(fixtures).map(([name, fixture]) => ({ name, ...fixture }));

const REFUSALS = /premature end|unsupported image format|corrupt header|empty/i;

describe('files are decoded as torchvision does, byte for byte', () => {
  test.each(cases)('$name', async ({ file, expected }) => {
    const bytes = Buffer.from(file, 'base64');
    if (expected === null) return expect(decode(bytes, {})).rejects.toThrow(REFUSALS);
    const { data, shape } = await decode(bytes, {});
    expect(shape).toEqual({ height: expected.height, width: expected.width, channels: 3 });
    expect(Buffer.compare(data, inflateSync(Buffer.from(expected.rgb, 'base64')))).toBe(0);
  });
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
