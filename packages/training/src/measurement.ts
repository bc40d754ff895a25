import type { HostTensor } from '@spatial-ensemble/engine';
import type { Measure, MeasurementRecipe } from '@spatial-ensemble/record';
import type { RunData } from './data.ts';
import type { SharedRows } from './shared-rows.ts';

/**
 * Whose features: `untrained` is the student before its first step; `pixels` are the images themselves, as `encode` is
 * given them, flattened and divided by 255; of images with a side of more than 32 pixels, the means of square blocks.
 */
export type FeaturesOf = 'student' | 'teacher' | 'untrained' | 'pixels';

/** `bank`: training images that are not held out, in an order drawn from the run's seed; `test`: all test images, in order. */
export type ImagesOf = 'bank' | 'test';

/** What a measurement is given of a run that has taken its last step. */
export interface MeasurementTools {
  /**
   * Features, float32 `[n, f]`, computed once however often they are asked for.
   *
   * @param count how many images, from the front; default: all of them
   * @throws Error when there are fewer than `count`
   */
  features(of: FeaturesOf, images: ImagesOf, count?: number): Promise<HostTensor>;
  /** The same, of which each of several processes keeps the part that it computed. */
  sharedFeatures(of: FeaturesOf, images: ImagesOf, count?: number): Promise<SharedRows>;
  /** The labels of the same images, int32 `[n]`. */
  labels(images: ImagesOf, count?: number): Int32Array;
  /** Number of classes. */
  readonly classes: number;
  readonly data: RunData;
}

/** Something that is measured on the features of a run, after its last step; it trains nothing that must resume. */
export interface Measurement<Spec> extends MeasurementRecipe<Spec> {
  measure(spec: Spec, tools: MeasurementTools): Promise<readonly Measure[]>;
}
