import { mask, order, seeds, uniform, view, type Seeds } from '@spatial-ensemble/random';
import { effectiveMomentum, smooth, unitsOf, type Granularity, type Tensors } from '@spatial-ensemble/smoothing';
import * as tf from '@tensorflow/tfjs-core';
import { firstWeights, forward, METAS } from './network.ts';
import { batchOf, moons, moved, type PointSets } from './points.ts';
import { pseudoLabels, loss, type Batch } from './loss.ts';

// The figure's whole training, on plain TensorFlow.js: what runs in the reader's browser runs in Node.js, to the same
// numbers. Nothing here knows of a page.

/** The teachers, in the order in which they are drawn. `tma-effective` is the control of `sts`: its mean age, no masks. */
export const TEACHERS = ['tma', 'tma-effective', 'se', 'sts'] as const;
export type Teacher = (typeof TEACHERS)[number];

/** What may be changed between two steps. */
export interface Settings {
  /** Share of the old value that stays in what moves, m. */
  readonly momentum: number;
  /** Chance that a unit keeps the teacher's value, p. */
  readonly preserve: number;
  /** What one draw decides. */
  readonly granularity: Granularity;
  /** Whose pseudo-labels the student learns from beside the eight labels. */
  readonly teaching: Teacher | 'nobody';
}

/** Between two steps. Owns its tensors. */
export interface State {
  /** Updates so far. */
  readonly step: number;
  readonly student: Tensors;
  readonly teachers: Readonly<Record<Teacher, Tensors>>;
}

/** What one step shows. */
export interface Told {
  readonly loss: number;
  /** Share of the unlabelled points whose pseudo-label was sure enough; 0 where nobody teaches. */
  readonly accepted: number;
  /** For each unit, in the order of `unitsOf`: whether the masks of `se` and `sts`, which share their draws, kept it. */
  readonly kept: readonly boolean[];
}

/** Points a step. */
const UNLABELLED_BATCH = 32;
const LEARNING_RATE = 0.6;
/** Standard deviations of a view's noise: what the teacher sees, and what the student sees. */
const WEAK = 0.05;
const STRONG = 0.3;

/** A training: all randomness is drawn from its seed, the step and a name. */
export interface Training {
  readonly points: PointSets;
  readonly keys: Seeds;
}

export function training(seed: number): Training {
  return { points: moons(seed), keys: seeds(seed) };
}

/** Before the first step: every teacher is the student. */
export function start({ keys }: Training): State {
  const student = firstWeights(keys.init);
  const copy = (): Tensors => Object.fromEntries(Object.entries(student).map(([name, value]) => [name, value.clone()]));
  return { step: 0, student, teachers: { tma: copy(), 'tma-effective': copy(), se: copy(), sts: copy() } };
}

/** One step; disposes of the state before it. The student learns, then each teacher follows it. */
export function step(of: Training, before: State, settings: Settings): { readonly state: State; readonly told: Told } {
  const { teaching } = settings;
  const batch = batchAt(of, before.step);
  const { student, lossValue, accepted } = tf.tidy(() => {
    const labels = pseudoLabels(teaching === 'nobody' ? undefined : before.teachers[teaching], batch);
    const { value, grads } = tf.valueAndGrads((...values) => loss(named(before.student, values), batch, labels))(
      Object.values(before.student),
    );
    const student = mapped(before.student, (old, i) => tf.sub(old, tf.mul(LEARNING_RATE, grads[i] as tf.Tensor)));
    return { student: { ...student }, lossValue: value, accepted: labels.accepted.mean() };
  });
  const { teachers, kept } = follow(of, before, student, settings);
  const told = { loss: number(lossValue), accepted: number(accepted), kept };
  tf.dispose([batch.tensors, lossValue, accepted]);
  dispose(before);
  return { state: { step: before.step + 1, student, teachers }, told };
}

/** How each network does on the held-out points, and how far each teacher is from its student. */
export interface Look {
  /** In per cent, of the student and each teacher. */
  readonly accuracy: Readonly<Record<Teacher | 'student', number>>;
  /** ‖teacher − student‖ / ‖student‖ over all weights. */
  readonly distance: Readonly<Record<Teacher, number>>;
}

export function look({ points: { heldOut } }: Training, { student, teachers }: State): Look {
  return tf.tidy(() => {
    const places = tf.tensor2d(heldOut.places, [heldOut.classes.length, 2]);
    const classes = tf.tensor1d(heldOut.classes, 'int32');
    const accuracyOf = (params: Tensors): number =>
      100 * number(tf.mean(tf.cast(tf.equal(tf.argMax(forward(params, places), 1), classes), 'float32')));
    const norm = (tensors: readonly tf.Tensor[]): number =>
      Math.sqrt(number(tf.addN(tensors.map((tensor) => tf.sum(tf.square(tensor))))));
    const length = norm(Object.values(student));
    const distanceOf = (teacher: Tensors): number =>
      norm(Object.entries(student).map(([name, value]) => tf.sub(value, teacher[name] as tf.Tensor))) / length;
    return {
      accuracy: { student: accuracyOf(student), ...each((teacher) => accuracyOf(teachers[teacher])) },
      distance: each((teacher) => distanceOf(teachers[teacher])),
    };
  });
}

export function dispose({ student, teachers }: State): void {
  tf.dispose([Object.values(student), Object.values(teachers).map((teacher) => Object.values(teacher))]);
}

function batchAt({ points, keys }: Training, step: number): Batch {
  const { labelled, unlabelled } = points;
  const seen = (stream: string, places: Float32Array, n: number, deviation: number): tf.Tensor2D =>
    tf.tensor2d(moved(view(keys.data, stream, step, 0, n), places, deviation), [places.length / 2, 2]);
  const drawn = batchOf(order(keys.data, 'unlabelled', step), UNLABELLED_BATCH, unlabelled);
  const tensors = {
    labelled: seen('labelled', labelled.places, 0, STRONG),
    classes: tf.tensor1d(labelled.classes, 'int32'),
    weak: seen('unlabelled', drawn, 0, WEAK),
    strong: seen('unlabelled', drawn, 1, STRONG),
  };
  return { ...tensors, tensors: Object.values(tensors) };
}

/** The teachers after a student's step, by the package that the suite trains with. */
function follow(
  { keys }: Training,
  { step, teachers: before }: State,
  student: Tensors,
  { momentum, preserve, granularity }: Settings,
): { readonly teachers: State['teachers']; readonly kept: readonly boolean[] } {
  const units = unitsOf(METAS, granularity);
  const drawn = new Map<string, Float32Array>();
  const draw = (unit: string, shape: readonly number[]): tf.Tensor => {
    const values = uniform(mask(keys.mask, step, unit), tf.util.sizeFromShape([...shape]));
    drawn.set(unit, values);
    return tf.tensor(values, [...shape]);
  };
  const effective = effectiveMomentum(momentum, preserve);
  const updated = {
    tma: smooth('tma', before.tma, student, units, { momentum }),
    'tma-effective': smooth('tma', before['tma-effective'], student, units, { momentum: effective }),
    se: smooth('se', before.se, student, units, { preserve, draw }),
    sts: smooth('sts', before.sts, student, units, { momentum, preserve, draw }),
  };
  for (const { preserveRate, preservedWeights } of Object.values(updated)) tf.dispose([preserveRate, preservedWeights]);
  // As the package compares them: in float32.
  const limit = Math.fround(preserve);
  return {
    teachers: each((teacher) => updated[teacher].teacher),
    kept: [...drawn.values()].flatMap((values) => Array.from(values, (value) => value < limit)),
  };
}

function each<T>(make: (teacher: Teacher) => T): Record<Teacher, T> {
  return {
    tma: make('tma'),
    'tma-effective': make('tma-effective'),
    se: make('se'),
    sts: make('sts'),
  };
}

function named(names: Tensors, values: readonly tf.Tensor[]): Tensors {
  return mapped(names, (_, i) => values[i] as tf.Tensor);
}

function mapped(tensors: Tensors, make: (tensor: tf.Tensor, i: number) => tf.Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor], i) => [name, make(tensor, i)]));
}

function number(scalar: tf.Tensor): number {
  return scalar.dataSync()[0] ?? Number.NaN;
}
