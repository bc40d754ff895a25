import { draws, key, normal, uniform, type Key } from '@spatial-ensemble/random';

/** Points of a plane and their classes. */
export interface Points {
  /** float32 `[count, 2]`, row by row. */
  readonly places: Float32Array;
  /** 0 or 1 for each. */
  readonly classes: Int32Array;
}

/** What the figure trains and looks at. */
export interface PointSets {
  /** The few whose classes the student is told: as many of each class, first those of class 0. */
  readonly labelled: Points;
  /** Whose classes nobody is told. */
  readonly unlabelled: Points;
  /** What accuracies are of. */
  readonly heldOut: Points;
}

/** Sizes of the sets. */
const COUNTS = { labelledEach: 4, unlabelled: 256, heldOut: 512 } as const;

/** How far points lie from their half circle of radius 1: standard deviation in both directions. */
const NOISE = 0.12;

/**
 * Two half moons that reach into each other, as scikit-learn's `make_moons` has them: the usual picture of what unlabelled
 * points are good for.
 */
export function moons(seed: number): PointSets {
  const root = key(seed).fold('moons');
  const { labelledEach, unlabelled, heldOut } = COUNTS;
  return {
    labelled: drawn(root.fold('labelled'), 2 * labelledEach, (i) => (i < labelledEach ? 0 : 1)),
    unlabelled: drawn(root.fold('unlabelled'), unlabelled, (i) => i % 2),
    heldOut: drawn(root.fold('held out'), heldOut, (i) => i % 2),
  };
}

/** Row by row, which `count` of `from` points a batch takes: each drawn on its own. */
export function batchOf(batch: Key, count: number, from: Points): Float32Array {
  const reader = draws(batch);
  const places = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const at = 2 * reader.int(from.classes.length);
    places.set(from.places.subarray(at, at + 2), 2 * i);
  }
  return places;
}

/** The same places, moved by normal noise of a standard deviation: a view of points. */
export function moved(view: Key, places: Float32Array, deviation: number): Float32Array {
  return normal(view, places.length).map((noise, i) => (places[i] ?? 0) + deviation * noise);
}

function drawn(points: Key, count: number, classOf: (i: number) => number): Points {
  const turns = uniform(points.fold('turn'), count);
  const classes = Int32Array.from({ length: count }, (_, i) => classOf(i));
  const places = new Float32Array(2 * count);
  for (const [i, turn] of turns.entries()) {
    const [x, y] = [Math.cos(Math.PI * turn), Math.sin(Math.PI * turn)];
    // Around the origin, the second one upside down.
    places.set(classes[i] === 0 ? [x - 0.5, y - 0.25] : [0.5 - x, 0.25 - y], 2 * i);
  }
  return { places: moved(points.fold('noise'), places, NOISE), classes };
}
