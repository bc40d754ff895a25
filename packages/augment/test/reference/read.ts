import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { draws, key, type Draws } from '@spatial-ensemble/random';
import { applyTransforms, drawTransforms, type AugmentSpec, type ImageShape, type Transform } from '../../src/index.ts';

/** An image, what was done to it, and the bytes that came out. */
export interface Case {
  readonly data: Uint8Array;
  readonly image: ImageShape;
  readonly transforms?: readonly Transform[];
  /** Instead of transforms: steps that draw nothing. */
  readonly steps?: AugmentSpec;
  readonly expected: Uint8Array;
}

interface Described {
  readonly images: readonly ImageShape[];
  readonly cases: readonly (Pick<Case, 'transforms' | 'steps'> & {
    readonly image: number;
    readonly shape: readonly [height: number, width: number];
  })[];
}

/** Reads `<name>.json` and the bytes in `<name>.bin.gz`, which a script in this folder wrote. */
export function readReference<Other>(name: string): Omit<Other, 'cases'> & { readonly cases: readonly Case[] } {
  const described = JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as Described & Other;
  const bytes = gunzipSync(readFileSync(new URL(`${name}.bin.gz`, import.meta.url)));
  let at = 0;
  const take = (height: number, width: number, channels: number): Uint8Array =>
    bytes.subarray(at, (at += height * width * channels));
  const images = described.images.map((shape) => take(shape.height, shape.width, shape.channels));
  const cases = described.cases.map(({ image, shape: [height, width], ...done }) => ({
    ...done,
    data: images[image]!,
    image: described.images[image]!,
    expected: take(height, width, described.images[image]!.channels),
  }));
  if (at !== bytes.length) throw new Error(`${name}.bin.gz has ${bytes.length} bytes, ${name}.json describes ${at}`);
  return { ...described, cases };
}

/** What we make of a case. */
export function resultOf({ data, image, transforms, steps }: Case): Uint8Array {
  return applyTransforms(data, image, transforms ?? drawTransforms(steps!, image, draws(key(0))));
}

/** The largest distance between two values, in grey levels; infinite if the sizes differ. */
export function worst(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

/** Draws that give these numbers of [0, 1), one after the other, and take them from the list. */
export function scripted(numbers: number[]): Draws {
  const next = (): number => {
    const number = numbers.shift();
    if (number === undefined) throw new Error('no number is left');
    return number;
  };
  return { uniform: next, int: (n) => Math.floor(next() * n), boolean: (p) => next() < p };
}
