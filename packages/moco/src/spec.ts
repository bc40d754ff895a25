import {
  adversarialField,
  contradictions,
  JITTER_FIELDS,
  PIXEL_FIELDS,
  probeField,
  RUN_FIELDS,
  SGD_FIELDS,
  VIEW_FIELDS,
  type RunLength,
} from '@spatial-ensemble/self-supervised';
import { teacherSpec } from '@spatial-ensemble/teacher';
import {
  refuse,
  type Fields,
  type InputWithEncoder,
  type Refusal,
  type WithEncoder,
  type EncoderFamily,
} from '@spatial-ensemble/training';
import { z } from 'zod';
import { RES_NET, type ResNetFields } from './res-net.ts';

const count = z.int().positive();

const NETWORK_FIELDS = {
  channels: PIXEL_FIELDS.channels.default(3),
  mean: PIXEL_FIELDS.mean.default([0.485, 0.456, 0.406]),
  deviation: PIXEL_FIELDS.deviation.default([0.229, 0.224, 0.225]),
  /** MC moco/builder.py, `--mlp`: dense, ReLU, dense, with biases and without batch norm. */
  projector: z
    .strictObject({
      /** Units between its two layers: as many as ResNet-50 has features (MC moco/builder.py). */
      hidden: count.default(2048),
      /** Numbers of a query and of a key (MC main_moco.py, `--moco-dim`: 128). */
      outputs: count.default(128),
    })
    .prefault({}),
};

/** The defaults are MoCo v2's, 200 epochs (`--mlp --moco-t 0.2 --aug-plus --cos`): MC = facebookresearch/moco@87e36d39. */
const FIELDS = {
  /** MC main_moco.py: 200. */
  epochs: RUN_FIELDS.epochs.default(200),
  /** All of ImageNet's training images (MC main_moco.py: traindir). */
  images: RUN_FIELDS.images.default(1_281_167),
  /** MC main_moco.py: 256 in all, on 8 GPUs. */
  batch: RUN_FIELDS.batch.default(256),
  steps: RUN_FIELDS.steps,

  network: z.strictObject(NETWORK_FIELDS).prefault({}),

  /** Keys that wait as negatives (MC main_moco.py: 65,536); a multiple of the batch. */
  queue: count.default(65_536),
  /** What similarities are divided by: 0.2 in v2 (MC README.md, `--moco-t 0.2`). */
  temperature: z.number().positive().default(0.2),
  /** Whether the teacher's batch is shuffled before it is parted (MC moco/builder.py). */
  shuffle: z.boolean().default(true),

  /** MC main_moco.py, `--aug-plus`: the same for both views; torchvision on Pillow images. */
  views: z
    .strictObject({
      size: VIEW_FIELDS.size.default(224),
      scale: VIEW_FIELDS.scale.default([0.2, 1]),
      flip: VIEW_FIELDS.flip.default(0.5),
      jitter: z
        .strictObject({
          p: JITTER_FIELDS.p.default(0.8),
          brightness: JITTER_FIELDS.brightness.default(0.4),
          contrast: JITTER_FIELDS.contrast.default(0.4),
          saturation: JITTER_FIELDS.saturation.default(0.4),
          hue: JITTER_FIELDS.hue.default(0.1),
        })
        .prefault({}),
      grayscale: VIEW_FIELDS.grayscale.default(0.2),
      /** Chance of a Gaussian blur, of σ from 0.1 to 2 pixels (MC main_moco.py, `--aug-plus`: 0.5). */
      blur: z.number().min(0).max(1).default(0.5),
      evaluationResize: VIEW_FIELDS.evaluationResize.default(256),
    })
    .prefault({}),

  /** SGD without Nesterov, weight decay on everything, half a cosine by epoch (MC main_moco.py). */
  optimiser: z
    .strictObject({
      learningRate: SGD_FIELDS.learningRate.default(0.03),
      momentum: SGD_FIELDS.momentum.default(0.9),
      weightDecay: SGD_FIELDS.weightDecay.default(1e-4),
    })
    .prefault({}),

  /**
   * How the teacher, the key encoder, follows the student. MC main_moco.py: 0.999, constant. STS' preserve probability for MoCo is 0.5
   * (packages/teacher/README.md has its source).
   */
  teacher: teacherSpec({ momentum: 0.999, preserve: 0.5, buffers: ['own', 'copy', 'smooth'] }).prefault({
    kind: 'tma',
  }),

  /**
   * Adversarial queries: before the student learns of a view, the view is moved to where its query, in eval mode with its
   * own statistics, finds its clean key worst among those of the queue: the instance-wise attack of RoCL (Kim et al.
   * 2020, arXiv 2006.07589), adversarial to standard as in ACL's A2S (Jiang et al. 2020, arXiv 2010.13337). Absent: no
   * adversary. `stream: 'dual'` learns of clean views as well, as RoCL and ACL's dual stream do; with `batchNorm: 'dual'`
   * clean and adversarial images each have batch norms of their own, as in ACL.
   *
   * DEVIATION: both adversarial views of ACL's dual stream are moved together, and compared with each other; here the
   * query's view alone is moved, and keys and queue are those of clean views.
   */
  adversarial: adversarialField.optional(),

  /** A linear classifier on the student's features of the first view, which does not touch them. MC has none. */
  probe: probeField,
};

/** What MoCo itself knows of its spec, whatever the encoder. */
export type MocoOwn = z.output<z.ZodObject<typeof FIELDS>>;
export type MocoSpec<F extends Fields = ResNetFields> = WithEncoder<MocoOwn, F>;
/** A spec as one writes it: what has a default may be left out. */
export type MocoInput<F extends Fields = ResNetFields> = InputWithEncoder<z.input<z.ZodObject<typeof FIELDS>>, F>;

/** Everything that decides a MoCo run of a kind of encoder but its seed and its images. */
export function mocoSpec<F extends Fields>(encoder: EncoderFamily<F>): z.ZodType<MocoSpec<F>, MocoInput<F>> {
  const network = z.strictObject({ ...NETWORK_FIELDS, ...(encoder.fields as Record<never, never>) }).prefault({});
  const schema = z.strictObject({ ...FIELDS, network }).check((payload) => {
    const value = payload.value as MocoSpec<F>;
    refuse([...contradictions(value, encoder), ...ownContradictions(value, encoder)], payload);
  });
  // TypeScript does not follow the fields of an encoder that it does not know yet through an object's schema.
  return schema as unknown as z.ZodType<MocoSpec<F>, MocoInput<F>>;
}

export const MocoSpec = mocoSpec(RES_NET);

function ownContradictions<F extends Fields>(spec: MocoSpec<F>, { parts }: EncoderFamily<F>): Refusal[] {
  const { epochs, images, batch, queue, network } = spec;
  const groups = parts?.count(network) ?? 1;
  const found: readonly [wrong: boolean, path: readonly string[], message: string][] = [
    [stepsOf(spec) < 1, ['images'], `the epochs hold no whole batch of ${batch}: ${epochs} · ${images}`],
    [
      queue % batch !== 0,
      ['queue'],
      `must hold whole batches, and ${queue} is no multiple of ${batch}: --set queue=${batch * Math.max(1, Math.round(queue / batch))}`,
    ],
    [
      batch % groups !== 0,
      ['network', ...(parts?.key ?? [])],
      `must divide the batch, and ${batch} images are no ${groups} equal parts`,
    ],
  ];
  return found.filter(([wrong]) => wrong).map(([, path, message]) => ({ path, message }));
}

/** Updates of a whole run. */
export function stepsOf({ steps, epochs, images, batch }: RunLength): number {
  return steps === 'epochs' ? Math.floor(epochs * Math.floor(images / batch)) : steps;
}
