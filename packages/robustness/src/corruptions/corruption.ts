import type { Key } from '@spatial-ensemble/random';
import type { Style } from './names.ts';

/** The size of one image. */
export interface Shape {
  readonly height: number;
  readonly width: number;
  /** 1 or 3 */
  readonly channels: number;
}

/** An image as numbers: row by row, the channels of a pixel beside each other. */
export interface Picture extends Shape {
  readonly values: Float64Array;
}

/** How strongly an image is corrupted. */
export interface Strength {
  readonly style: Style;
  /** 1 to 5 */
  readonly severity: number;
}

/**
 * One kind of corruption: everything random about it is drawn first, from a key, as numbers; what it does with them is a
 * pure function. So it runs in any thread, and can be held against another program that is given the same numbers.
 */
export interface Corruption {
  /** What one image draws; uniforms from 0 to 1 and standard normals, in the order in which `apply` takes them. */
  draw(key: Key, shape: Shape, strength: Strength): Drawn;
  /** @param picture values 0 to 1 @returns values whose whole parts, cut to a byte, are the image */
  apply(picture: Picture, drawn: Drawn, strength: Strength): Float64Array;
}

export interface Drawn {
  readonly uniforms: Float32Array;
  readonly normals: Float32Array;
}

const NONE = new Float32Array(0);

/** Draws nothing. */
export const undrawn = (): Drawn => ({ uniforms: NONE, normals: NONE });

/** Numbers one after the other. */
export function reader(numbers: Float32Array): () => number {
  let at = 0;
  return () => {
    const value = numbers[at++];
    if (value === undefined) throw new RangeError(`a corruption takes more than the ${numbers.length} numbers it drew`);
    return value;
  };
}

/** A number of each severity. `]!`: severities are 1 to 5, and each list has five. */
export function of<T>(strength: Strength, by: { readonly [style in Style]: readonly T[] }): T {
  return by[strength.style][strength.severity - 1]!;
}

/** Cuts to 0 to 1. */
export function clip(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** Shares as parts of a byte, cut to its range. */
export function toBytes(shares: Float64Array): Float64Array {
  return shares.map((value) => clip(value) * 255);
}

/** Each value of a picture changed, as parts of a byte, cut to its range. */
export function mapped({ values }: Picture, change: (value: number, at: number) => number): Float64Array {
  return values.map((value, at) => clip(change(value, at)) * 255);
}
