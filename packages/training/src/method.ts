import type { AugmentSpec } from '@spatial-ensemble/augment';
import type { StreamOrder } from '@spatial-ensemble/datasets';
import type { HostTensor } from '@spatial-ensemble/engine';
import type { Anatomy, Variables } from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import type { Measure, Recipe } from '@spatial-ensemble/record';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { SharedRows } from './shared-rows.ts';

export type { Variables } from '@spatial-ensemble/nn';

/** One batch as the loader gives it, by stream and view: `batch.unlabelled.strong`; `labels` are int32 `[n]`. */
export interface HostBatch {
  readonly [stream: string]: { readonly [view: string]: HostTensor };
}

/** A batch inside a step: images as bytes `[n, height, width, channels]`, labels int32 `[n]`. */
export type Batch<Stream extends string = string, View extends string = string> = {
  readonly [stream in Stream]: { readonly [view in View]: Tensor };
};

/**
 * What a stream's batch holds besides where the classes of some of its images are not known: float32 `[n]`, 1 where
 * `labels` is the class, 0 where it stands for none. Absent where all are known.
 */
export type PartlyKnown<Stream extends string> = { readonly [stream in Stream]: { readonly known?: Tensor } };

/** What a step is told besides its batch: scheduled scalars, fed as tensors so that they never trace again, and the key of its masks. */
export interface At<Name extends string = string> {
  readonly scalars: { readonly [name in Name]: Scalar };
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
  /** Default `epochs`. */
  readonly order?: StreamOrder;
  readonly views: { readonly [view: string]: AugmentSpec };
}

/** For a method that predicts classes: its run has a curve of accuracy, and scores. */
export interface Classifies {
  /** How images are prepared for it (resize, centre crop). */
  readonly view: AugmentSpec;
  /** Logits `[n, classes]` of images (bytes), in evaluation mode. */
  predict(variables: Variables, images: Tensor): Tensor2D;
}

/** For a method that learns features: what nearest neighbours and linear evaluation look at. */
export interface Encodes {
  /** How images are prepared for it (resize, centre crop). */
  readonly view: AugmentSpec;
  /** How many features an image has. */
  readonly features: number;
  /** Features `[n, f]` of images (bytes), in evaluation mode. */
  encode(variables: Variables, images: Tensor): Tensor2D;
}

/**
 * For a method whose input does not change from epoch to epoch (a frozen encoder without augmentation): it is fed with
 * features of the images, computed once of the first state. Each stream's batch then holds `features` and `labels`, no
 * images.
 */
export interface Feeds {
  /** How images are prepared for it. */
  readonly view: AugmentSpec;
  /** float32 features `[n, f]` of images (bytes). */
  features(state: State, images: Tensor): Tensor2D;
}

/** Images that are looked at one batch after the other, and what is known of them. */
export interface MeasuredBatch {
  /** Bytes `[n, height, width, channels]`, prepared as the view says. */
  readonly images: HostTensor;
  /** int32 `[n]`; −1 where the class of an image is not known. */
  readonly labels: HostTensor;
  /** The images' indices in their data set. */
  readonly indices: Int32Array;
}

/** Which images are looked at, and how. */
export interface MeasuredImages {
  /**
   * `test`: test images; `held-out`: training images that no step sees; `bank`: the others that have a label, in an order
   * drawn from the run's seed.
   */
  readonly of: 'test' | 'held-out' | 'bank';
  /**
   * How many, from the front; of `test` and `held-out` images whose labels never fall, as those of folders that are read
   * class by class, evenly spaced ones, so that each class has its share. Default: all of them.
   */
  readonly count?: number;
  /** How they are prepared; no step of it may draw. */
  readonly view: AugmentSpec;
  /** Images of a batch. */
  readonly batch: number;
  /**
   * Bytes that are looked at in the place of a batch's, of the same shape; default: its own. Where there are threads
   * (`workers`), they are begun for the next batches while one is looked at, so that those can make them meanwhile.
   */
  readonly changed?: (batch: MeasuredBatch) => Promise<Uint8Array>;
}

/** What a method that measures is given after the last step. */
export interface MeasuringTools {
  /**
   * Numbers of every image, float32 `[images, width]` in their order, in all processes, each of which does its part.
   *
   * @param work gives the rows of a batch, one after the other, as many numbers for each image of any batch
   * @throws Error when there are fewer images than `count`
   */
  rows(images: MeasuredImages, work: (batch: MeasuredBatch) => Promise<Float32Array>): Promise<HostTensor>;
  /** The same, of which each of several processes keeps the part that it computed. */
  sharedRows(images: MeasuredImages, work: (batch: MeasuredBatch) => Promise<Float32Array>): Promise<SharedRows>;
  /** How many there are. */
  available(of: MeasuredImages['of']): number;
  /** The labels of the same images, int32 `[n]`. */
  labels(images: Pick<MeasuredImages, 'of' | 'count'>): Int32Array;
  /** Number of classes. */
  readonly classes: number;
  /** What is drawn while the run is measured is drawn from this. */
  readonly key: Key;
  /** Threads that may prepare images; no number depends on it. */
  readonly workers: number;
}

/** For an evaluation that has numbers of its own, beside scores. */
export interface Measures {
  measure(state: State, tools: MeasuringTools): Promise<readonly Measure[]>;
}

/**
 * What a method makes of one spec: a pure step and what surrounds it. Whoever trains it knows nothing of the method;
 * a state goes to the trainable that made it alone.
 */
export interface Trainable {
  /**
   * The state before the first step, a function of spec, key and `from` alone. `from` is given to evaluations, which
   * start from a finished run; its tensors are the method's: it may keep them in the state, each in one place, and what
   * it does not keep is disposed of after the call.
   */
  init(key: Key, from?: Weights): State;
  /** The streams to load. */
  readonly streams: { readonly [stream: string]: StreamViews };
  /** The scheduled numbers of a step, counted from 0. */
  at(step: number): { readonly [scalar: string]: number };
  /** The pure step. The loop compiles it, with its state donated. */
  step(state: State, batch: Batch, at: At): readonly [State, Metrics];
  student(state: State): Variables;
  /** The student's own variables where it teaches itself. */
  teacher(state: State): Variables;
  readonly classifies?: Classifies;
  readonly encodes?: Encodes;
  readonly feeds?: Feeds;
  readonly measures?: Measures;
  /** Absent: its weights cannot be taken elsewhere. */
  readonly anatomy?: Anatomy;
}

/** A `Trainable` as its method writes it, who knows its states, its batches and its numbers by name. */
export interface TrainableOf<
  S extends State,
  B extends Batch = Batch,
  Name extends string = string,
  M extends Metrics = Metrics,
> extends Trainable {
  init(key: Key, from?: Weights): S;
  at(step: number): { readonly [name in Name]: number };
  step(state: S, batch: B, at: At<Name>): readonly [S, M];
  student(state: S): Variables;
  teacher(state: S): Variables;
}

/**
 * A method of student–teacher training: what it declares, and what it makes of a spec. An experiment imports the method
 * that it declares; nothing else knows methods by name.
 */
export interface Method<Spec, Input = unknown, T extends Trainable = Trainable> extends Recipe<Spec, Input> {
  /** True: the step can add up its gradient over micro-batches, and `bind` is told of the machine. */
  readonly accumulates?: boolean;
  /**
   * What a spec comes to. Makes no tensor.
   *
   * @throws Error where the machine asks for what the spec cannot be parted into
   */
  bind(spec: Spec, machine?: Machine): T;
}
