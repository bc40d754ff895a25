import type { HostTensor } from '@spatial-ensemble/engine';
import type { LookedLine, Measure, MeasurementRecipe, Series } from '@spatial-ensemble/record';
import type { RunData } from './data.ts';
import type { SharedRows } from './shared-rows.ts';

/**
 * Whose features: `untrained` is the student before its first step; `pixels` are the images themselves, as `encode` is
 * given them, flattened and divided by 255; of images with a side of more than 32 pixels, the means of square blocks.
 */
export type FeaturesOf = 'student' | 'teacher' | 'untrained' | 'pixels';

/**
 * `bank`: training images that are not held out, in an order drawn from the run's seed; `held-out`: all that are, in order;
 * `test`: all test images, in order.
 */
export type ImagesOf = 'bank' | 'held-out' | 'test';

/** Who gives features of a run's images. */
export interface FeatureTools<Images extends ImagesOf = ImagesOf> {
  /**
   * Features, float32 `[n, f]`, computed once however often they are asked for.
   *
   * @param count how many images, from the front; default: all of them
   * @throws Error when there are fewer than `count`
   */
  features(of: FeaturesOf, images: Images, count?: number): Promise<HostTensor>;
  /** The same, of which each of several processes keeps the part that it computed. */
  sharedFeatures(of: FeaturesOf, images: Images, count?: number): Promise<SharedRows>;
  /** The labels of the same images, int32 `[n]`. */
  labels(images: Images, count?: number): Int32Array;
  /** Number of classes. */
  readonly classes: number;
}

/** What a measurement is given of a run that has taken its last step. */
export interface MeasurementTools extends FeatureTools {
  readonly data: RunData;
}

/** The images that may be looked at while a run trains: the test set is for its end. */
export type TrainingImages = Exclude<ImagesOf, 'test'>;

/** A number that is looked at after a step, without training: a series, but for its points. */
export type LookedAt = Omit<Series, 'points'>;

/** What a measurement looks at while a run trains. */
export interface WhileTraining {
  /** Steps from one look to the next. It looks before the first step and after the last one too. */
  readonly every: number;
  /**
   * What becomes of the looks. No other measurement of a run has one of the same name and network. A series of held-out
   * images says so (`split: 'held-out'`): a run that has none is refused then, before its first step.
   */
  readonly series: readonly LookedAt[];
  /**
   * @param tools they refuse the test images, and held-out ones where there are none
   * @returns a number for each of `series`, and for nothing else, by `seriesKey`, of the networks as they are now.
   */
  look(tools: FeatureTools<TrainingImages>): Promise<LookedLine['values']>;
}

/** Something that is measured on the features of a run, after its last step; it trains nothing that must resume. */
export interface Measurement<Spec> extends MeasurementRecipe<Spec> {
  measure(spec: Spec, tools: MeasurementTools): Promise<readonly Measure[]>;
  /** What it looks at before the last step, where its spec asks for that; absent: nothing. */
  whileTraining?(spec: Spec): WhileTraining | undefined;
}
