import { ProbeSpec } from '@spatial-ensemble/evaluation';
import { cropScale } from '@spatial-ensemble/training';
import { z } from 'zod';

// The parts of a spec, without defaults: a recipe has its own, with their sources.

const share = z.number().min(0).max(1);
const count = z.int().positive();

/** How long a run is. */
export const RUN_FIELDS = {
  epochs: z.number().positive(),
  /** Images of an epoch. */
  images: count,
  /** Images a step. Batch norm sees one view of all of them. */
  batch: count,
  /** Updates of the whole run; `epochs`: as many whole batches as there are in the epochs. */
  steps: z.union([count, z.literal('epochs')]).default('epochs'),
};
/** The same as a spec has it. */
export type RunLength = z.infer<z.ZodObject<typeof RUN_FIELDS>>;

/** What every network is told of its images. */
export const PIXEL_FIELDS = {
  channels: z.union([z.literal(1), z.literal(3)]),
  /** What pixels (0 to 1) are standardised by, a number a channel. */
  mean: z.array(share).min(1).max(3),
  deviation: z.array(z.number().positive().max(1)).min(1).max(3),
};
export type Pixels = z.infer<z.ZodObject<typeof PIXEL_FIELDS>>;

/** How views of an image are drawn. */
export const VIEW_FIELDS = {
  /** Side of a view in pixels. */
  size: count,
  /** Share of the image's area that is cropped. */
  scale: cropScale,
  /** Chances in [0, 1]; 0 leaves the operation out. */
  flip: share,
  grayscale: share,
  /** Shorter side before the central crop of `size` pixels in an evaluation; null: images are taken as they are. */
  evaluationResize: z.union([count, z.null()]),
};

/** Jitter of colours: the chance of it, and how far it goes. */
export const JITTER_FIELDS = {
  p: share,
  brightness: share,
  contrast: share,
  saturation: share,
  hue: z.number().min(0).max(0.5),
};

/** SGD without Nesterov; everything is decayed. */
export const SGD_FIELDS = {
  /** For each 256 images of a batch. */
  learningRate: z.number().positive(),
  momentum: z.number().min(0).lt(1),
  weightDecay: z.number().nonnegative(),
};

/** The classifier that trains beside an encoder, on ImageNet's classes unless told otherwise. */
export const probeField = ProbeSpec.extend({ classes: z.int().min(2).default(1000) }).prefault({});
