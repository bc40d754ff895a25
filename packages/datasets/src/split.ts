import { createHash } from 'node:crypto';
import { permutation, type Key } from '@spatial-ensemble/random';
import type { ClassCounts } from './class-counts.ts';
import { UNKNOWN } from './image-source.ts';

export interface SplitOptions {
  /** The run's `split` key. */
  readonly key: Key;
  /** The class of every training image; -1 where it is not known: such an image is unlabelled, and never held out. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /**
   * How many labels are kept in all, the same number of every class, or how many of each; `all`: those of every image
   * that has one and is not held out; or the indices of the images that keep theirs, none of which is held out.
   */
  readonly labelled: number | 'all' | readonly number[] | ClassCounts;
  /**
   * `all`: every image that is not held out, the labelled ones too (google-research/fixmatch@d4985a15,
   * scripts/create_unlabeled.py). `rest`: without the labelled ones, as in EMAN. Counts: the labelled ones, and so many
   * others of each class (bbuing9/DARP dataset/fix_cifar10.py, `train_split`). Default `all`.
   */
  readonly unlabelled?: 'all' | 'rest' | ClassCounts;
  /**
   * Images held out for the curves while training, the same number of every class; or the indices of those that are, which
   * play no other part. Default 0.
   */
  readonly heldOut?: number | readonly number[];
}

/** Which training images play which part: ascending indices, as plain data to be written down with the result. */
export interface Split {
  readonly labelled: readonly number[];
  readonly unlabelled: readonly number[];
  readonly heldOut: readonly number[];
  /** SHA-256 of the three lists, in hexadecimal. */
  readonly sha256: string;
}

/**
 * Draws a split, balanced unless it is told how many of each class. In every class the images are put in a keyed order; the first are held out, the next
 * keep their labels. So a split with more labels contains the labelled images of one with fewer, and the held-out
 * images do not depend on how many labels are kept. Beside given labels the first others are held out.
 *
 * DEVIATION (fixmatch): no published generator's splits are reproduced (no two of them agree); the indices are published,
 * and those of others can be given.
 *
 * @throws Error if a number cannot be divided evenly by the classes, or a class has too few images
 */
export function drawSplit({ key, labels, classes, labelled, unlabelled = 'all', heldOut = 0 }: SplitOptions): Split {
  const given = Array.isArray(labelled) ? new Set(labelled as readonly number[]) : undefined;
  const counts = typeof labelled === 'object' && 'perClass' in labelled ? labelled.perClass : undefined;
  const labelledPerClass = typeof labelled === 'number' ? perClass(labelled, classes, 'labelled') : undefined;
  const heldOutPerClass = typeof heldOut === 'number' ? perClass(heldOut, classes, 'heldOut') : 0;
  const apart = new Set(typeof heldOut === 'number' ? [] : heldOut);
  const both = given && [...apart].find((index) => given.has(index));
  if (both !== undefined) throw new Error(`image ${both} is held out, and is named among the labelled images`);
  if (labelledPerClass === 0 || given?.size === 0 || counts?.every((count) => count === 0))
    throw new Error('a split needs labels: `labelled` is 0');
  const others = typeof unlabelled === 'object' ? unlabelled.perClass : undefined;
  if (unlabelled !== 'all' && unlabelled !== 'rest' && others === undefined)
    throw new Error(`\`unlabelled\` must be 'all', 'rest' or numbers of each class, got ${JSON.stringify(unlabelled)}`);
  const { ofClass, unknown } = indicesByClass(labels, classes, apart);
  if (others !== undefined && unknown.length > 0)
    throw new Error(
      `\`unlabelled\` asks for numbers of each class, and ${unknown.length} images have no label: 'all' takes them`,
    );

  const parts = { labelled: [] as number[], unlabelled: [...unknown], heldOut: [...apart] };
  ofClass.forEach((indices, label) => {
    const ofFile = given && indices.filter((index) => given.has(index)).length;
    const kept = ofFile ?? counts?.[label] ?? labelledPerClass ?? Math.max(0, indices.length - heldOutPerClass);
    const needed = kept + heldOutPerClass;
    const most = others === undefined ? indices.length : needed + (others[label] ?? 0);
    if (indices.length < needed || indices.length < most)
      throw new Error(
        `class ${label} has ${indices.length} images, fewer than the ${kept} labelled and ${heldOutPerClass} held-out ones asked of ${counts === undefined ? 'every class' : 'it'}${others === undefined ? '' : `, with ${most - needed} unlabelled ones`}`,
      );
    const places = [...permutation(key.fold('class').fold(label), indices.length)];
    const drawn = places.flatMap((place) => indices[place] ?? []);
    for (const [i, index] of (given ? arranged(drawn, given, heldOutPerClass) : drawn).slice(0, most).entries()) {
      const isHeldOut = i < heldOutPerClass;
      const hasLabel = !isHeldOut && i < needed;
      if (isHeldOut) parts.heldOut.push(index);
      if (hasLabel) parts.labelled.push(index);
      if (!isHeldOut && (!hasLabel || unlabelled !== 'rest')) parts.unlabelled.push(index);
    }
  });
  const ascending = (indices: readonly number[]): number[] => [...indices].sort((a, b) => a - b);
  const lists = {
    labelled: ascending(parts.labelled),
    unlabelled: ascending(parts.unlabelled),
    heldOut: ascending(parts.heldOut),
  };
  return { ...lists, sha256: createHash('sha256').update(JSON.stringify(lists)).digest('hex') };
}

/** In the order of the parts: held-out images, those of given labels, all others. */
function arranged(drawn: readonly number[], given: ReadonlySet<number>, heldOut: number): number[] {
  const others = drawn.filter((index) => !given.has(index));
  return [...others.slice(0, heldOut), ...drawn.filter((index) => given.has(index)), ...others.slice(heldOut)];
}

function perClass(total: number, classes: number, option: string): number {
  if (!Number.isInteger(total) || total < 0 || total % classes !== 0) {
    throw new Error(
      `\`${option}\` must be a multiple of the ${classes} classes, so that every class has the same number, got ${total}`,
    );
  }
  return total / classes;
}

/** The images of each class, and those of none that is known, but for those that are set apart. */
function indicesByClass(
  labels: ArrayLike<number>,
  classes: number,
  apart: ReadonlySet<number>,
): { readonly ofClass: readonly number[][]; readonly unknown: readonly number[] } {
  const ofClass: number[][] = Array.from({ length: classes }, () => []);
  const unknown: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (apart.has(i)) continue;
    const indices = labels[i] === UNKNOWN ? unknown : ofClass[labels[i] ?? -1];
    if (!indices) throw new Error(`image ${i} has label ${labels[i]}, but there are ${classes} classes`);
    indices.push(i);
  }
  return { ofClass, unknown };
}
