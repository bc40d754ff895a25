import { z } from 'zod';
import { Augment } from './linear-spec.ts';

const count = z.int().positive();

/**
 * The schema of fine-tuning runs whose specs have the schema `pretraining`. The recipe is that of LL =
 * lightly-ai/lightly@0d589548 benchmarks/imagenet/resnet50/finetune_eval.py, which is SimCLR's of 10 % of the labels (Chen et
 * al. 2020, arXiv 2002.05709, appendix B.5) without Nesterov.
 *
 * DEVIATION (fine-tune): what counts is the last epoch; LL reports the best of all, by validation images. A step takes the
 * next images of the next epoch where too few are left; LL leaves those out at the end of each epoch.
 */
export function fineTuneSpec<P>(pretraining: z.ZodType<P>) {
  return z.strictObject({
    /** Whose weights it starts from; `untrained`: the student's before its first step, the sanity row (ours). */
    whose: z.enum(['student', 'teacher', 'untrained']),
    /** The first part of the measures' names, another one where a study declares several numbers of labels (ours). */
    name: z
      .string()
      .regex(/^fine-tuned(-[a-z0-9]+)*$/, 'must begin with fine-tuned, as in fine-tuned-100')
      .refine((name) => !name.endsWith('-untrained'), 'must not end like a sanity row')
      .default('fine-tuned'),
    /** Classes of the labels (ours). */
    classes: z.int().min(2),
    /** Images of an epoch: the labelled ones (ours). */
    images: count,
    /** How often each image is seen: 30 for 10 % of the labels, 60 for 1 % (arXiv 2002.05709, appendix B.5). */
    epochs: count.default(30),
    /** Images a step, of which batch norm sees all (LL). */
    batch: count.default(256),
    /** For each 256 images of a batch; it falls by half a cosine, without warm-up (LL). */
    learningRate: z.number().positive().default(0.05),
    /** Share of the old velocity (LL). */
    momentum: z.number().min(0).lt(1).default(0.9),
    /** Whether Nesterov's form of it is taken (LL: not). */
    nesterov: z.boolean().default(false),
    /** Share of the weights that is added to their gradient, of all parameters (LL: none). */
    weightDecay: z.number().nonnegative().default(0),
    /** How training images are varied (LL). */
    augment: Augment.prefault({ kind: 'random-resized-crop' }),
    /** The resolved spec of the run whose weights are fine-tuned (ours). */
    pretraining,
  });
}

/** Everything that decides fine-tuning but its seed and its images. */
export type FineTuneSpec<P = unknown> = z.output<ReturnType<typeof fineTuneSpec<P>>>;

/** Updates of a whole run: the whole batches in its epochs. */
export function stepsOf({ epochs, images, batch }: Pick<FineTuneSpec, 'epochs' | 'images' | 'batch'>): number {
  return Math.floor((epochs * images) / batch);
}
