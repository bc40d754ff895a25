import { ProbeSpec } from '@spatial-ensemble/evaluation';
import { strideOf } from '@spatial-ensemble/nn';
import { teacherSpec } from '@spatial-ensemble/teacher';
import { cropScale } from '@spatial-ensemble/training';
import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().positive();

/**
 * Everything that decides a MoCo run but its seed and its images. The defaults are MoCo v2's, 200 epochs
 * (`--mlp --moco-t 0.2 --aug-plus --cos`): MC = facebookresearch/moco@87e36d39.
 */
export const MocoSpec = z
  .strictObject({
    epochs: z.number().positive().default(200),
    /** Images of an epoch. */
    images: count.default(1_281_167),
    /** Images a step (MC main_moco.py: 256 in all, on 8 GPUs). */
    batch: count.default(256),
    /** Updates of the whole run; `epochs`: as many whole batches as there are in the epochs. */
    steps: z.union([count, z.literal('epochs')]).default('epochs'),

    network: z
      .strictObject({
        block: z.enum(['basic', 'bottleneck']).default('bottleneck'),
        units: z.array(count).min(1).default([3, 4, 6, 3]),
        width: count.default(64),
        stem: z.enum(['imagenet', 'cifar', 'cifar-padding-2', 'cifar-stride-2']).default('imagenet'),
        channels: z.union([z.literal(1), z.literal(3)]).default(3),
        zeroInitResidual: z.boolean().default(false),
        batchNorm: z
          .strictObject({
            epsilon: z.number().positive().default(1e-5),
            /** Share of the old value in the running statistics, which evaluations use. */
            decay: share.default(0.9),
            runningVariance: z.enum(['unbiased', 'biased']).default('unbiased'),
            /** Parts of a batch with statistics of their own: MC's 8 GPUs. See README.md, "Shuffled batch norm". */
            groups: count.default(8),
          })
          .prefault({}),
        /** MC moco/builder.py, `--mlp`: dense, ReLU, dense, with biases and without batch norm. */
        projector: z.strictObject({ hidden: count.default(2048), outputs: count.default(128) }).prefault({}),
        /** What pixels (0 to 1) are standardised by, a number a channel. */
        mean: z.array(share).min(1).max(3).default([0.485, 0.456, 0.406]),
        deviation: z.array(z.number().positive().max(1)).min(1).max(3).default([0.229, 0.224, 0.225]),
      })
      .prefault({}),

    /** Keys that wait as negatives (MC main_moco.py: 65,536); a multiple of the batch. */
    queue: count.default(65_536),
    /** MC, v2: 0.2. */
    temperature: z.number().positive().default(0.2),
    /** Whether the teacher's batch is shuffled before it is parted (MC moco/builder.py). */
    shuffle: z.boolean().default(true),

    /** MC main_moco.py, `--aug-plus`: the same for both views; torchvision on Pillow images. */
    views: z
      .strictObject({
        size: count.default(224),
        scale: cropScale.default([0.2, 1]),
        flip: share.default(0.5),
        jitter: z
          .strictObject({
            p: share.default(0.8),
            brightness: share.default(0.4),
            contrast: share.default(0.4),
            saturation: share.default(0.4),
            hue: z.number().min(0).max(0.5).default(0.1),
          })
          .prefault({}),
        grayscale: share.default(0.2),
        blur: share.default(0.5),
        /** Shorter side before the central crop of `size` pixels in an evaluation; null: images are taken as they are. */
        evaluationResize: z.union([count, z.null()]).default(256),
      })
      .prefault({}),

    /** SGD without Nesterov, weight decay on everything, half a cosine by epoch (MC main_moco.py). */
    optimiser: z
      .strictObject({
        /** For each 256 images of a batch. */
        learningRate: z.number().positive().default(0.03),
        momentum: z.number().min(0).lt(1).default(0.9),
        weightDecay: z.number().nonnegative().default(1e-4),
      })
      .prefault({}),

    /**
     * The key encoder. MC main_moco.py: 0.999, constant. STS' preserve probability for MoCo is 0.5
     * (packages/teacher/README.md has its source).
     */
    teacher: teacherSpec({ momentum: 0.999, preserve: 0.5, buffers: ['own', 'copy', 'smooth'] }).prefault({
      kind: 'tma',
    }),

    /** A linear classifier on the student's features of the first view, which does not touch them. MC has none. */
    probe: ProbeSpec.extend({ classes: z.int().min(2).default(1000) }).prefault({}),
  })
  .check(({ value, issues }) => {
    const refuse = (path: string[], message: string): void =>
      void issues.push({ code: 'custom', input: value, path, message });
    const { epochs, images, batch, queue, network, views } = value;
    if (stepsOf(value) < 1) refuse(['images'], `the epochs hold no whole batch of ${batch}: ${epochs} · ${images}`);
    if (queue % batch !== 0)
      refuse(
        ['queue'],
        `must hold whole batches, and ${queue} is no multiple of ${batch}: --set queue=${batch * Math.max(1, Math.round(queue / batch))}`,
      );
    const { groups } = network.batchNorm;
    if (batch % groups !== 0)
      refuse(
        ['network', 'batchNorm', 'groups'],
        `must divide the batch, and ${batch} images are no ${groups} equal parts`,
      );
    for (const name of ['mean', 'deviation'] as const)
      if (network[name].length !== network.channels)
        refuse(['network', name], `has ${network[name].length} numbers for ${network.channels} channels`);
    const stride = strideOf(network);
    if (views.size < stride)
      refuse(
        ['views', 'size'],
        `must be ${stride} or more, got ${views.size}: the network makes one place of ${stride} x ${stride} pixels`,
      );
    if (views.evaluationResize !== null && views.evaluationResize < views.size)
      refuse(
        ['views', 'evaluationResize'],
        `must be views.size, ${views.size}, or more, got ${views.evaluationResize}: the middle of that size is cropped from it`,
      );
  });
export type MocoSpec = z.infer<typeof MocoSpec>;
/** A spec as one writes it: what has a default may be left out. */
export type MocoInput = z.input<typeof MocoSpec>;

/** Updates of a whole run. */
export function stepsOf({
  steps,
  epochs,
  images,
  batch,
}: Pick<z.infer<typeof MocoSpec>, 'steps' | 'epochs' | 'images' | 'batch'>): number {
  return steps === 'epochs' ? Math.floor(epochs * Math.floor(images / batch)) : steps;
}
