import { ProbeSpec } from '@spatial-ensemble/evaluation';
import { cropScale } from '@spatial-ensemble/training';
import { z } from 'zod';

// The parts of a spec, without defaults: a recipe has its own, with their sources.

const share = z.number().min(0).max(1);
const count = z.int().positive();

/** How long a run is. */
export const RUN_FIELDS = {
  /** Passes over the images; a fraction is allowed. */
  epochs: z.number().positive(),
  /** Images of an epoch; ImageNet has 1,281,167 for training. */
  images: count,
  /** Images a step; batch norm sees one view of all of them, or of its groups. */
  batch: count,
  /** Updates of the whole run. `epochs`: as many whole batches as there are in the epochs; a number is ours. */
  steps: z.union([count, z.literal('epochs')]).default('epochs'),
};
/** The same as a spec has it. */
export type RunLength = z.infer<z.ZodObject<typeof RUN_FIELDS>>;

/** What every network is told of its images. */
export const PIXEL_FIELDS = {
  /** Channels of the images: 3, or 1 for grey ones (ours). */
  channels: z.union([z.literal(1), z.literal(3)]),
  /** What is taken from pixels of 0 to 1, a number a channel; ImageNet's (facebookresearch/moco@87e36d39 main_moco.py). */
  mean: z.array(share).min(1).max(3),
  /** What they are divided by then, a number a channel; ImageNet's (facebookresearch/moco@87e36d39 main_moco.py). */
  deviation: z.array(z.number().positive().max(1)).min(1).max(3),
};
export type Pixels = z.infer<z.ZodObject<typeof PIXEL_FIELDS>>;

/** How views of an image are drawn. */
export const VIEW_FIELDS = {
  /** Side of a view in pixels. */
  size: count,
  /** Share of the image's area that is cropped: from the smaller to the larger, drawn evenly. */
  scale: cropScale,
  /** Chance that left and right change places; 0 leaves it out. */
  flip: share,
  /** Chance that the colours are taken away; 0 leaves it out. */
  grayscale: share,
  /**
   * Shorter side before the central crop of `size` pixels in an evaluation, at least that: 256 before 224
   * (facebookresearch/moco@87e36d39 main_lincls.py). null: images are taken as they are (ours).
   */
  evaluationResize: z.union([count, z.null()]),
};

/** Jitter of colours: the chance of it, and how far it goes. */
export const JITTER_FIELDS = {
  /** Chance that colours are jittered; 0 leaves it out. */
  p: share,
  /** How far brightness goes: a factor in 1 ± this (torchvision), or as much added (DeepMind). */
  brightness: share,
  /** How far contrast goes: a factor in 1 ± this. */
  contrast: share,
  /** How far saturation goes: a factor in 1 ± this. */
  saturation: share,
  /** How far hues are turned, as a share of the circle, either way. */
  hue: z.number().min(0).max(0.5),
};

/** What SGD and LARS have in common. */
export const SGD_FIELDS = {
  /** Rate after the warm-up, for each 256 images of a batch. */
  learningRate: z.number().positive(),
  /** Share of the old velocity. */
  momentum: z.number().min(0).lt(1),
  /** Share of the weights that is added to their gradient. */
  weightDecay: z.number().nonnegative(),
};

/** The classifier that trains beside an encoder, on ImageNet's classes unless told otherwise. */
export const probeField = ProbeSpec.extend({
  /** Classes of the labels; ImageNet's 1,000 (google-deepmind/deepmind-research@f5de0ede byol/configs/eval.py). */
  classes: z.int().min(2).default(1000),
}).prefault({});
