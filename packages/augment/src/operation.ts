import type { Draws } from '@spatial-ensemble/random';
import type { Check, Problem } from './options.ts';
import type { Canvas } from './pixels/canvas.ts';
import type { ImageShape, SourceShape, Window } from './shapes.ts';

/** A step of an augmentation, or a transform: plain data that names what it is in `op`. */
export interface Named {
  readonly op: string;
}

/** A transform of each of these names. */
export type Transforms<Op extends string, Numbers = object> = Op extends string
  ? { readonly op: Op } & Readonly<Numbers>
  : never;

type Needed<Step> = { [option in keyof Step]-?: object extends Pick<Step, option> ? never : option }[keyof Step];

/**
 * Everything about one operation: its options, what it draws, what it makes of sizes, how what was drawn is applied. A
 * new one is a file in `operations/` and a line in `operations.ts`.
 */
export interface Operation<Step extends Named, Drawn extends Named> {
  readonly op: Step['op'];
  /** What it must be given, in the order in which messages list it. */
  readonly needs: { readonly [option in Exclude<Needed<Step>, 'op'>]: Check };
  /** What it may be given. */
  readonly takes: { readonly [option in Exclude<keyof Step, Needed<Step>>]: Check };
  /** What is wrong with options that are fine each by itself. */
  problem?(options: { readonly [option in Exclude<keyof Step, 'op'>]?: unknown }): Problem;
  /** Draws what happens to one image: everything random about it, as data. */
  draw(step: Step, image: ImageShape, draws: Draws): readonly Drawn[];
  /** What is known of the images after it: both sides, if they were known before. They keep them if this is left out. */
  shapeAfter?(step: Step, before: SourceShape): SourceShape;
  /** How what it draws is applied. */
  readonly transforms: { readonly [op in Drawn['op']]: Applied<Extract<Drawn, { readonly op: op }>> };
}

/** How one kind of transform is applied to an image. */
export interface Applied<T extends Named> {
  /**
   * What the image is in when `apply` is called: bytes, DeepMind's floats, or what it happens to be in, so that
   * `apply` looks at `canvas.inFloats` itself.
   */
  readonly on: 'bytes' | 'floats' | 'either';
  /** The part of the image that it begins with, black beyond the image; `apply` finds that alone. Only on bytes. */
  window?(transform: T): Window;
  apply(canvas: Canvas, transform: T): void;
}
