import type { Applied, Named, Operation } from './operation.ts';
import { centerCrop } from './operations/center-crop.ts';
import { colorJitter } from './operations/color-jitter.ts';
import { cutout } from './operations/cutout.ts';
import { flip } from './operations/flip.ts';
import { gaussianBlur } from './operations/gaussian-blur.ts';
import { grayscale } from './operations/grayscale.ts';
import { randaugment } from './operations/randaugment.ts';
import { randomResizedCrop } from './operations/random-resized-crop.ts';
import { resize } from './operations/resize.ts';
import { resizedCenterCrop } from './operations/resized-center-crop.ts';
import { shift } from './operations/shift.ts';
import { solarize } from './operations/solarize.ts';

/** All there are, in the order in which messages list them. */
export const ALL = [
  flip,
  shift,
  randaugment,
  cutout,
  randomResizedCrop,
  colorJitter,
  grayscale,
  gaussianBlur,
  solarize,
  resize,
  centerCrop,
  resizedCenterCrop,
] as const;

type One = (typeof ALL)[number];

/** A step of an augmentation: an operation with its options. */
export type AugmentStep = One extends infer O ? (O extends Operation<infer Step, infer _> ? Step : never) : never;

/** An augmentation as data: its steps, in order. `[]` leaves the image as it is. */
export type AugmentSpec = readonly AugmentStep[];

/** What is done to one image, after everything random was drawn: plain data. */
export type Transform = One extends infer O ? (O extends Operation<infer _, infer Drawn> ? Drawn : never) : never;

// Each entry of the list fits its own steps and transforms, which the compiler has checked; `op` tells which entry a step
// or a transform belongs to. That this holds for all of them taken together is what the two casts say.
const OPERATIONS: ReadonlyMap<string, Operation<Named, Transform>> = new Map(
  ALL.map((operation) => [operation.op, operation as unknown as Operation<Named, Transform>]),
);
const APPLIED = new Map(ALL.flatMap(({ transforms }) => Object.entries(transforms))) as ReadonlyMap<
  string,
  Applied<Named>
>;

/** The names of the operations. */
export const OPERATION_NAMES: readonly string[] = [...OPERATIONS.keys()];

/** The operation of a name, if there is one. */
export function findOperation(op: string): Operation<Named, Transform> | undefined {
  return OPERATIONS.get(op);
}

/** @throws Error if there is no such operation */
export function operationOf({ op }: AugmentStep): Operation<Named, Transform> {
  return known(OPERATIONS.get(op), op);
}

/** @throws Error if no operation draws such a transform */
export function appliedOf({ op }: Transform): Applied<Named> {
  return known(APPLIED.get(op), op);
}

function known<T>(value: T | undefined, op: string): T {
  if (value === undefined) throw new Error(`there is no operation '${op}'; augmentations are checked by checkAugment`);
  return value;
}
