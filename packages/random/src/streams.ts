import { key } from './key.ts';
import type { Key, Part } from './key.ts';

// The one place that names streams of randomness. What a run draws is a function of (seed, stream, step, index), so
// it depends neither on interruptions, nor on the number of workers, nor on the order in which things are asked for.

/** What streams need of a key: a host key, or the key that a compiled function receives in its place. */
export interface Foldable<K> {
  fold(part: Part): K;
}

/**
 * What everything random of a run is drawn from: one number for all of it, or one for each part. With the others fixed,
 * runs of several numbers differ in that part alone.
 */
export type Seed =
  | Part
  | {
      /** Which labels are kept, which images are held out. */
      readonly split: Part;
      /** The first weights. */
      readonly weights: Part;
      /** Order and augmentation of the images, and the teacher's masks. */
      readonly training: Part;
    };

/** The independent keys of a run. */
export interface Seeds {
  /** Which labels are kept, which images are held out. */
  readonly split: Key;
  /** The network's initial weights. */
  readonly init: Key;
  /** Order and augmentation of the images. */
  readonly data: Key;
  /** Which units of the teacher are preserved. */
  readonly mask: Key;
}

/** The keys of a run's seed. @throws RangeError unless a number is whole and from 0 to 2^53 - 1 */
export function seeds(seed: Seed): Seeds {
  const { split, weights, training } = typeof seed === 'object' ? seed : { split: seed, weights: seed, training: seed };
  const run = key(training);
  return {
    split: key(split).fold('split'),
    init: key(weights).fold('init'),
    data: run.fold('data'),
    mask: run.fold('mask'),
  };
}

/** The key of the order in which a stream (`labelled`, `unlabelled`, …) visits its images in an epoch. */
export function order<K extends Foldable<K>>(data: K, stream: string, epoch: number): K {
  return data.fold('order').fold(stream).fold(epoch);
}

/** What the keys of a stream's views have in common: folded once, it spares every view two names. */
export function streamViews<K extends Foldable<K>>(data: K, stream: string): K {
  return data.fold('view').fold(stream);
}

/** The key of a view, as `view` gives it, from what its stream's views have in common. */
export function viewIn<K extends Foldable<K>>(views: K, epoch: number, image: number, n: number): K {
  return views.fold(epoch).fold(image).fold(n);
}

/**
 * The key of the `n`-th view of an image in an epoch of a stream. An image in two streams has different views in
 * each, since streams are keyed by name.
 *
 * @param image the image's index in its data set, not its place in a batch
 */
export function view<K extends Foldable<K>>(data: K, stream: string, epoch: number, image: number, n: number): K {
  return viewIn(streamViews(data, stream), epoch, image, n);
}

/** The key of all masks of one update. It is what a compiled step receives; there, `unitMask` goes on. */
export function stepMask<K extends Foldable<K>>(mask: K, step: number): K {
  return mask.fold('step').fold(step);
}

/** The key of one unit's mask, by its name, given the key of the update. */
export function unitMask<K extends Foldable<K>>(step: K, unit: string): K {
  return step.fold(unit);
}

/** The key of one unit's mask in one update: the same in every process and for every order of units. */
export function mask<K extends Foldable<K>>(key: K, step: number, unit: string): K {
  return unitMask(stepMask(key, step), unit);
}
