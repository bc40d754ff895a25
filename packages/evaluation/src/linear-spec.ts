import { cropScale } from '@spatial-ensemble/training';
import { z } from 'zod';
import { normsField } from './pretraining.ts';
import { protocols, PROTOCOLS, type Protocol } from './protocol.ts';

const count = z.int().positive();

/** How training images are varied; test images are always as the pretraining method prepares them. */
export const Augment = z.discriminatedUnion('kind', [
  z.strictObject({
    /** Not at all: training images are prepared as test images, and in linear evaluation their features are computed once (ours). */
    kind: z.literal('none'),
  }),
  z.strictObject({
    /** That of every recipe on ImageNet: a crop of random area and aspect ratio, and a flip (MC main_lincls.py). */
    kind: z.literal('random-resized-crop'),
    /** Side of the crop in pixels (MC main_lincls.py: 224). */
    size: count.default(224),
    /** Share of the area that is cropped, from the smaller to the larger (torchvision's default, which MC main_lincls.py takes). */
    scale: cropScale.default([0.08, 1]),
    /** Mirror left and right with probability ½ (MC main_lincls.py). */
    flip: z.boolean().default(true),
  }),
  z.strictObject({
    /** Usual for images of 32 pixels: shifted by up to so many, and a flip (ours for this, FixMatch's weak view). */
    kind: z.literal('shift'),
    /** Pixels that an image is shifted by at most, either way (ours). */
    max: count.default(4),
    flip: z.boolean().default(true),
  }),
]);
export type Augment = z.infer<typeof Augment>;

/** What the linear layer looks at. */
const Input = z.discriminatedUnion('kind', [
  z.strictObject({
    /** The features of the encoder. */
    kind: z.literal('encoder'),
  }),
  z.strictObject({
    /** The pixels themselves, 0 to 1: the sanity row (ours). */
    kind: z.literal('pixels'),
    /** Numbers of one image, 3,072 for CIFAR (ours). */
    count,
  }),
]);

/** `protocol`: as many as the protocol says. */
const orProtocol = z.literal('protocol');

/**
 * The schema of a linear evaluation of runs whose specs have the schema `pretraining`.
 *
 * SE = tengteng95/Spatial_Ensemble@e94a54b0 spatial_ensemble/; MC = facebookresearch/moco@87e36d39; DM =
 * google-deepmind/deepmind-research@f5de0ede byol/.
 */
export function linearSpec<P>(pretraining: z.ZodType<P>) {
  return z
    .strictObject({
      /**
       * The recipe: head, optimiser, schedule, and the three numbers below unless they are given. `sts`: SE
       * exps/sts/linear_eval_exp_byol.py. `moco`: MC main_lincls.py. `byol`: DM configs/eval.py.
       */
      protocol: z.enum(PROTOCOLS),
      /** Whose features: the teacher's (SE tools/eval.py), the student's (MC, DM), or those before its first step (`untrained`, the sanity row, ours). */
      whose: z.enum(['student', 'teacher', 'untrained']),
      norms: normsField,
      /** What the linear layer looks at. */
      input: Input.default({ kind: 'encoder' }),
      /** The first part of the measures' names, another one where a study declares a second protocol (ours). */
      name: z
        .string()
        .regex(/^linear(-[a-z0-9]+)*$/, 'must begin with linear, as in linear-moco')
        .refine((name) => !/-(untrained|pixels)$/.test(name), 'must not end like a sanity row')
        .default('linear'),
      /** Classes of the labels; ImageNet's 1,000 in DM configs/eval.py. */
      classes: z.int().min(2),
      /** Images of an epoch; all of ImageNet's training images in MC main_lincls.py. */
      images: count,
      /** Passes over them: 80 of `sts` (SE exps/sts/linear_eval_exp_byol.py) and `byol` (DM configs/eval.py), 100 of `moco` (MC main_lincls.py). */
      epochs: z.union([count, orProtocol]).default('protocol'),
      /** Images a step: 256 of `sts` and `moco` (MC main_lincls.py), 1,024 of `byol` (arXiv 2006.07733, appendix C.1). */
      batch: z.union([count, orProtocol]).default('protocol'),
      /** Rate for each 256 images of a batch: 0.2 of `sts` (SE exps/sts/linear_eval_exp_byol.py) and `byol` (DM configs/eval.py), 30 of `moco` (MC main_lincls.py). */
      learningRate: z.union([z.number().positive(), orProtocol]).default('protocol'),
      /** How training images are varied; test images are always as the pretraining method prepares them. */
      augment: Augment.prefault({ kind: 'random-resized-crop' }),
      /**
       * Which epoch counts. `best-on-test` adds, beside the last one and marked as such, the best of the recipe's own
       * evaluations on the test images (SE tools/eval.py, MC main_lincls.py). It is no fair number: it is there to stand
       * beside published ones.
       *
       * DEVIATION (linear): the official codes of STS and MoCo report that best one (`bestEvery` in protocol.ts); here the last
       * epoch counts unless the original is asked for.
       */
      checkpoint: z.enum(['last', 'best-on-test']).default('last'),
      /** The resolved spec of the run that is evaluated; a study leaves it out (ours). */
      pretraining,
    })
    .check(({ value, issues }) => {
      const refuse = (key: string, message: string): void =>
        void issues.push({ code: 'custom', input: value, path: [key], message });
      const { protocol, checkpoint } = value;
      const recipe = recipeOf(value);
      const { epochs, images, batch } = recipe;
      if (checkpoint === 'best-on-test' && recipe.bestEvery === undefined)
        refuse(
          'checkpoint',
          `the protocol ${protocol} reports the last epoch; the best on the test images is no part of it`,
        );
      if (recipe.batchNorm && batch === 1)
        refuse(
          'batch',
          `must be 2 or more, got 1: the protocol ${protocol} has batch norm, to which one image is no other`,
        );
      if (stepsOf(recipe) < 1)
        refuse('images', `epochs times images are fewer than one batch of ${batch}: ${epochs} · ${images}`);
    });
}
export type LinearSpec<P = unknown> = z.infer<ReturnType<typeof linearSpec<P>>>;

/** What a protocol comes to with the numbers that a spec gives. */
export interface Recipe extends Protocol {
  readonly images: number;
}

/** The protocol of a spec with the numbers that the spec gives in the place of its own. */
export function recipeOf({
  protocol,
  images,
  ...given
}: Pick<LinearSpec, 'protocol' | 'images' | 'epochs' | 'batch' | 'learningRate'>): Recipe {
  const own = protocols[protocol];
  const either = (name: 'epochs' | 'batch' | 'learningRate'): number => {
    const value = given[name];
    return value === 'protocol' ? own[name] : value;
  };
  return { ...own, images, epochs: either('epochs'), batch: either('batch'), learningRate: either('learningRate') };
}

/** Updates of a whole evaluation: the whole batches in its epochs. */
export function stepsOf({ epochs, images, batch }: Recipe): number {
  return Math.floor((epochs * images) / batch);
}
