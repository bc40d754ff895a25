import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { key, uniform } from '@spatial-ensemble/random';
import { describe, expect, it } from 'vitest';
import { corrupt, corruptedBy } from '../src/corruptions/corrupt.ts';
import { CORRUPTIONS, STYLES, type CorruptionName, type Style } from '../src/corruptions/names.ts';
import { meanCorruptionError } from '../src/corruption-error.ts';

interface Fixture {
  readonly side: number;
  readonly image: string;
  readonly uniforms: readonly number[];
  readonly normals: readonly number[];
  readonly corrupted: { readonly [name: string]: string };
}

/** Written by test/reference/corruptions.py. */
const fixture = JSON.parse(
  gunzipSync(readFileSync(new URL('fixtures/corruptions.json.gz', import.meta.url))).toString(),
) as Fixture;
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const image = bytes(fixture.image);
const shape = { height: fixture.side, width: fixture.side, channels: 3 };

const drawn = { uniforms: Float32Array.from(fixture.uniforms), normals: Float32Array.from(fixture.normals) };

/**
 * The most bytes of a picture that may be a level off. What is behind the point is dropped, so that a rounding error is a
 * level: of sums in another order (blurs), and of OpenCV's float32 (elastic). All others have every byte.
 */
const OFF: { readonly [kind in CorruptionName]?: number } = {
  'defocus-blur': 0.12,
  'elastic-transform': 0.02,
  'motion-blur': 0.01,
  'gaussian-blur': 0.01,
  'glass-blur': 0.005,
};

describe('corruptions', () => {
  it('are all in the fixture', () =>
    expect(Object.keys(fixture.corrupted)).toHaveLength(STYLES.length * CORRUPTIONS.length * 3));

  it.each(STYLES.flatMap((style) => CORRUPTIONS.map((kind) => [style, kind] as const)))(
    '%s %s: at most one level from imagecorruptions, given the same numbers',
    (style, kind) => {
      for (const severity of [1, 3, 5]) {
        const expected = bytes(fixture.corrupted[`${style} ${kind} ${severity}`]!);
        const found = corruptedBy(image, shape, { style, kind, severity }, drawn);
        const apart = expected.map((value, i) => Math.abs(value - found[i]!));
        expect(Math.max(...apart)).toBeLessThanOrEqual(1);
        expect(apart.filter((one) => one > 0).length / apart.length).toBeLessThanOrEqual(OFF[kind] ?? 0);
        expect(same(found, image)).toBe(false);
      }
    },
  );

  it('are functions of bytes and a key, and leave the image alone', () => {
    const before = image.slice();
    for (const kind of CORRUPTIONS) {
      const how = { style: 'cifar', kind, severity: 3 } as const;
      const once = corrupt(image, shape, { ...how, key: key(1) });
      expect(same(corrupt(image, shape, { ...how, key: key(1) }), once)).toBe(true);
      expect(same(image, before)).toBe(true);
    }
    const noise = (seed: number): Uint8Array =>
      corrupt(image, shape, { style: 'cifar', kind: 'gaussian-noise', severity: 1, key: key(seed) });
    expect(same(noise(2), noise(1))).toBe(false);
  });

  it('take grey images of other sides', () => {
    const grey = { height: 28, width: 20, channels: 1 };
    const small = Uint8Array.from(uniform(key(5), 560), (value) => 255 * value);
    for (const style of STYLES)
      for (const kind of CORRUPTIONS) {
        const found = corrupt(small, grey, { style, kind, severity: 4, key: key(6) });
        expect(found).toHaveLength(560);
        // Grey has no colours that could be saturated.
        expect(same(found, small), `${style} ${kind}`).toBe(kind === 'saturate');
      }
  });

  it('leave a picture alone on which no water is seen', () => {
    const dry = { uniforms: drawn.uniforms, normals: new Float32Array(1024).fill(-2) };
    for (const style of STYLES)
      expect(same(corruptedBy(image, shape, { style, kind: 'spatter', severity: 1 }, dry), image)).toBe(true);
    expect(same(corruptedBy(image, shape, { style: 'cifar', kind: 'spatter', severity: 1 }, drawn), image)).toBe(false);
  });

  it('grow with severity: images are farther from what they were', () => {
    const apart = (kind: CorruptionName, style: Style, severity: number): number =>
      corrupt(image, shape, { style, kind, severity, key: key(7) }).reduce(
        (sum, value, i) => sum + (value - image[i]!) ** 2,
        0,
      );
    for (const style of STYLES)
      for (const kind of ['gaussian-noise', 'shot-noise', 'fog', 'contrast', 'brightness', 'pixelate'] as const)
        expect(apart(kind, style, 5)).toBeGreaterThan(apart(kind, style, 1));
  });

  it('refuse other severities, and bytes that are no such image', () => {
    const how = { style: 'cifar', kind: 'fog', key: key(1) } as const;
    expect(() => corrupt(image, shape, { ...how, severity: 6 })).toThrow(/from 1 to 5, got 6/);
    expect(() => corrupt(image.subarray(1), shape, { ...how, severity: 1 })).toThrow(/has 3072 bytes, got 3071/);
  });
});

describe('the mean corruption error', () => {
  it('is the mean of errors, without those of validation', () => {
    expect(meanCorruptionError({ fog: 20, snow: 40, saturate: 100, spatter: 100 }, 'none')).toBe(30);
  });

  it('is 100 % of AlexNet’s own errors', () => {
    expect(meanCorruptionError({ fog: 81.9324, brightness: 56.4592 }, 'alexnet')).toBeCloseTo(100, 9);
  });

  it('refuses to be of nothing', () =>
    expect(() => meanCorruptionError({ saturate: 1 }, 'none')).toThrow(/do not enter/));
});
