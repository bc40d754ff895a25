import type { AugmentSpec } from '@spatial-ensemble/augment';
import type { HostTensor } from '@spatial-ensemble/engine';
import type { Variables } from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import type { Recipe } from '@spatial-ensemble/record';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';

export type { Variables } from '@spatial-ensemble/nn';

/** One batch as the loader gives it, by stream and view: `batch.unlabelled.strong`; `labels` are int32 `[n]`. */
export interface HostBatch {
  readonly [stream: string]: { readonly [view: string]: HostTensor };
}

/** A batch inside a step: images as bytes `[n, height, width, channels]`, labels int32 `[n]`. */
export interface Batch {
  readonly [stream: string]: { readonly [view: string]: Tensor };
}

/** What a step is told besides its batch: scheduled scalars, fed as tensors so that they never trace again, and the key of its masks. */
export interface At {
  readonly scalars: { readonly [name: string]: Scalar };
  readonly key: Key;
}

/** A tree of tensors: nested plain objects and lists. */
export type State = object;

/**
 * A share of things whose number changes from step to step: two scalars. Over several steps it is the sum of the sums
 * over the sum of the counts; a mean of shares would weigh a step with one thing as much as one with a hundred, and has
 * no value for a step with none.
 */
interface Share {
  readonly sum: Tensor;
  readonly count: Tensor;
}

/** Scalars by name. */
export type Scalars = { readonly [name: string]: Tensor };

/** What a step shows, by the names of the method's `metrics`: a scalar, or a share. */
export type Metrics = { readonly [name: string]: Tensor | Share };

/** The weights of a finished run, for a run that starts from it. */
export interface Weights {
  readonly student: Variables;
  /** The student's own tensors where it teaches itself. */
  readonly teacher: Variables;
}

/** What a machine asks of a step; it decides last bits only, never what is learnt. */
export interface Machine {
  /** Images that pass through the network at once: a multiple of the batch that batch norm sees. */
  readonly microBatch?: number;
}

/** The images of one stream: how many a step, and how each view is augmented. */
export interface StreamViews {
  readonly batch: number;
  readonly views: { readonly [view: string]: AugmentSpec };
}

/**
 * A method of student–teacher training: a pure step and what surrounds it. An experiment imports the method that it
 * declares; nothing else knows methods by name.
 */
export interface Method<Spec, S extends State = State, M extends Metrics = Metrics> extends Recipe<Spec> {
  /** Pixels of an image's side that come to one place of the network's last maps: of a smaller image nothing is left. */
  stride?(spec: Spec): number;
  /**
   * The state before the first step, a function of spec, key and `from` alone. `from` is given to evaluations, which
   * start from a finished run; its tensors are the method's: it may keep them in the state, each in one place, and what
   * it does not keep is disposed of after the call.
   */
  init(spec: Spec, key: Key, from?: Weights): S;
  /** The streams to load. */
  views(spec: Spec): { readonly [stream: string]: StreamViews };
  /** The scheduled numbers of a step, counted from 0. */
  at(spec: Spec, step: number): { readonly [scalar: string]: number };
  /** The pure step. The loop compiles it, with its state donated. `machine` is given to methods that accumulate. */
  step(spec: Spec, machine?: Machine): (state: S, batch: Batch, at: At) => readonly [S, M];
  /** True: the step can add up its gradient over micro-batches. */
  readonly accumulates?: boolean;
  student(state: S): Variables;
  teacher(state: S): Variables;
  /** How images are prepared for `predict`, `encode` and `cached` (resize, centre crop); absent: as they are. */
  evaluationView?(spec: Spec): AugmentSpec;
  /** Logits `[n, classes]` of images (bytes), in evaluation mode. Absent: the run predicts nothing, and has no curve of accuracy. */
  predict?(spec: Spec): (variables: Variables, images: Tensor) => Tensor2D;
  /**
   * For a recipe that reports the best of several evaluations on the test images: the steps between them. The result
   * then holds, beside the last, measures that are marked `best-on-test`. Absent or undefined: the last alone.
   */
  bestEvery?(spec: Spec): number | undefined;
  /** Features `[n, f]` of images (bytes), in evaluation mode: what kNN and linear evaluation look at. */
  encode?(spec: Spec): (variables: Variables, images: Tensor) => Tensor2D;
  /** How many features `encode` gives of an image; linear evaluation needs it before it has seen one. */
  features?(spec: Spec): number;
  /**
   * For a method whose input does not change from epoch to epoch (a frozen encoder without augmentation): float32
   * features `[n, f]` of images, of the first state. They are computed once for every image, and each stream's batch
   * then holds `features` and `labels`, no images. Undefined: nothing is cached.
   */
  cached?(spec: Spec): ((state: S, images: Tensor) => Tensor2D) | undefined;
  /** Floating-point operations of one step (a multiplication and an addition are two); absent: counted in the traced step. */
  flops?(spec: Spec): number;
}
