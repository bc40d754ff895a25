import { ProbeSpec } from '@spatial-ensemble/evaluation';
import { strideOf } from '@spatial-ensemble/nn';
import { teacherSpec } from '@spatial-ensemble/teacher';
import { cropScale } from '@spatial-ensemble/training';
import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().positive();

/** A head: dense, batch norm, ReLU, dense; `recipes.ts` has the sources. */
const head = z.strictObject({
  hidden: count,
  outputs: count,
  hiddenBias: z.boolean(),
  outputBias: z.boolean(),
});

/** How the two views of an image are drawn; `augment.ts` says in which order. */
const views = z.strictObject({
  /** Whose arithmetic: DeepMind's in floats, torchvision's on Pillow images. They differ in order and operations too. */
  style: z.enum(['deepmind', 'torchvision']),
  /** Side of a view in pixels. */
  size: count,
  /** Share of the image's area that is cropped. */
  scale: cropScale,
  interpolation: z.enum(['bilinear', 'bicubic']),
  flip: share,
  jitter: z.strictObject({
    p: share,
    brightness: share,
    contrast: share,
    saturation: share,
    hue: z.number().min(0).max(0.5),
  }),
  grayscale: share,
  /** By view. 0 leaves the operation out. */
  blur: z.tuple([share, share]),
  solarize: z.tuple([share, share]),
  /** Shorter side before the central crop of `size` pixels in an evaluation; null: images are taken as they are. */
  evaluationResize: z.union([count, z.null()]),
});

const optimiser = z.discriminatedUnion('kind', [
  /** Variant `deepmind` of `lars` in `@spatial-ensemble/nn`: biases and batch norm are neither scaled nor decayed. */
  z.strictObject({
    kind: z.literal('lars'),
    /** For each 256 images of a batch. */
    learningRate: z.number().positive(),
    momentum: z.number().min(0).lt(1),
    weightDecay: z.number().nonnegative(),
    trust: z.number().positive(),
  }),
  /** Without Nesterov; everything is decayed. */
  z.strictObject({
    kind: z.literal('sgd'),
    learningRate: z.number().positive(),
    momentum: z.number().min(0).lt(1),
    weightDecay: z.number().nonnegative(),
  }),
]);

/**
 * Everything that decides a BYOL run but its seed and its images. There are no defaults for what recipes differ in:
 * `recipes.ts` has them, line by line, with their sources.
 */
export const ByolSpec = z
  .strictObject({
    epochs: z.number().positive(),
    /** Images of an epoch. */
    images: count,
    /** Images a step. Batch norm sees one view of all of them. */
    batch: count,
    /** Updates of the whole run; `epochs`: as many whole batches as there are in the epochs. */
    steps: z.union([count, z.literal('epochs')]).default('epochs'),

    network: z.strictObject({
      block: z.enum(['basic', 'bottleneck']),
      units: z.array(count).min(1),
      width: count,
      stem: z.enum(['imagenet', 'cifar', 'cifar-padding-2', 'cifar-stride-2']),
      channels: z.union([z.literal(1), z.literal(3)]),
      zeroInitResidual: z.boolean(),
      batchNorm: z.strictObject({
        epsilon: z.number().positive(),
        /** Share of the old value in the running statistics, which evaluations use. */
        decay: share,
        runningVariance: z.enum(['unbiased', 'biased']),
      }),
      projector: head,
      predictor: head,
      /** What pixels (0 to 1) are standardised by, a number a channel. */
      mean: z.array(share).min(1).max(3),
      deviation: z.array(z.number().positive().max(1)).min(1).max(3),
    }),

    views,
    optimiser,
    /** Linear from `from` (a rate, not a factor) over `epochs`, then half a cosine to 0. */
    warmUp: z.strictObject({ epochs: z.number().nonnegative(), from: z.number().nonnegative() }),

    teacher: teacherSpec({
      momentum: { kind: 'cosine', value: 0.99 },
      preserve: 0.7,
      buffers: ['own', 'copy', 'smooth'],
    }),
    /** When the teacher follows: after the optimiser, or at the start of the next step, so that it lags by one. */
    follows: z.enum(['after-step', 'before-step']),

    /**
     * A linear classifier on the student's features of the first view, which does not touch them; its rate follows the
     * encoder's schedule. DM byol_experiment.py trains one beside every run.
     */
    probe: ProbeSpec.extend({ classes: z.int().min(2).default(1000) }).prefault({}),
  })
  .check(({ value, issues }) => {
    const refuse = (path: string[], message: string): void =>
      void issues.push({ code: 'custom', input: value, path, message });
    const { epochs, images, batch, network, views: drawn, warmUp } = value;
    const { predictor, projector } = network;
    const steps = stepsOf(value);
    if (steps < 1)
      refuse(['images'], `epochs times images are fewer than one batch of ${batch}: ${epochs} · ${images}`);
    if (batch === 1)
      refuse(['batch'], 'must be 2 or more, got 1: batch norm makes all projections of one image the same');
    const warm = (warmUp.epochs * images) / batch;
    if (warm > steps)
      refuse(
        ['warmUp', 'epochs'],
        `${warmUp.epochs} epochs are ${Math.ceil(warm)} steps, more than the ${steps} of the run`,
      );
    const rate = (value.optimiser.learningRate * batch) / 256;
    if (warmUp.from > rate)
      refuse(
        ['warmUp', 'from'],
        `${warmUp.from} is above the rate that it warms up to, ${rate} with ${batch} images a step`,
      );
    if (predictor.outputs !== projector.outputs)
      refuse(
        ['network', 'predictor', 'outputs'],
        `must be the projector's ${projector.outputs}, got ${predictor.outputs}`,
      );
    for (const name of ['mean', 'deviation'] as const)
      if (network[name].length !== network.channels)
        refuse(['network', name], `has ${network[name].length} numbers for ${network.channels} channels`);
    const stride = strideOf(network);
    if (drawn.size < stride)
      refuse(
        ['views', 'size'],
        `must be ${stride} or more, got ${drawn.size}: the network makes one place of ${stride} x ${stride} pixels`,
      );
    if (drawn.evaluationResize !== null && drawn.evaluationResize < drawn.size)
      refuse(
        ['views', 'evaluationResize'],
        `must be views.size, ${drawn.size}, or more, got ${drawn.evaluationResize}: the middle of that size is cropped from it`,
      );
  });
export type ByolSpec = z.infer<typeof ByolSpec>;
/** A spec as one writes it. */
export type ByolInput = z.input<typeof ByolSpec>;

/** Updates of a whole run. */
export function stepsOf({
  steps,
  epochs,
  images,
  batch,
}: Pick<z.infer<typeof ByolSpec>, 'steps' | 'epochs' | 'images' | 'batch'>): number {
  return steps === 'epochs' ? Math.floor((epochs * images) / batch) : steps;
}
