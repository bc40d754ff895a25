import { teacherSpec } from '@spatial-ensemble/teacher';
import {
  encoderContradictions,
  perturbationSpec,
  refuse,
  type EncoderFamily,
  type Fields,
  type InputWithEncoder,
  type WithEncoder,
} from '@spatial-ensemble/training';
import { z } from 'zod';
import { WIDE_RES_NET, type WideResNetFields } from './wide-res-net.ts';

const share = z.number().min(0).max(1);
const count = z.int().positive();

/**
 * Batch norm's running statistics. `copy`: the student's, in every arm alike, as in FixMatch's mean teacher (FM
 * ablation/ab_fixmatch_meanteacher.py) and as asked in LeeDoYup/FixMatch-pytorch issue 10. `smooth`: averaged at the
 * momentum, without a mask (EMAN), and so at another pace in arms of another momentum; with `se`, which is `sts` at
 * momentum 0, they are the student's. A teacher that forwards in eval mode alone cannot keep its own. FM fixmatch.py: momentum 0.999; the STS paper's preserve probability for FixMatch is 0.5
 * (packages/teacher/README.md has its source).
 */
const TeacherSpec = teacherSpec({ momentum: 0.999, preserve: 0.5, buffers: ['copy', 'smooth'] });

const NETWORK_FIELDS = {
  /** Channels of the images: 3, or 1 for grey ones (FM libml/data.py: colors). */
  channels: z.union([z.literal(1), z.literal(3)]).default(3),
  /** Classes of the labels; 10 for CIFAR-10 (FM libml/data.py: nclass). */
  classes: z.int().min(2).default(10),
};

/** The defaults are the paper's for CIFAR-10, from the official code: FM = google-research/fixmatch@d4985a15. */
const FIELDS = {
  /** Training steps. 2^26 labelled images at 64 a step (FM fixmatch.py, libml/train.py). */
  steps: count.default(2 ** 20),

  batch: z
    .strictObject({
      /** Labelled images a step (FM libml/train.py). */
      labelled: count.default(64),
      /** Unlabelled images for each labelled one, μ (FM fixmatch.py). */
      unlabelledRatio: count.default(7),
      /**
       * How labelled images are drawn. `independent`: each on its own, with equal chances. FM libml/train.py shuffles a
       * window of 8,192 (libml/data.py) of the endlessly repeated images, in which 40 labels stand 205 times each; TorchSSL
       * draws on its own.
       * `epochs`: each image once before any comes again.
       *
       * DEVIATION: where labels are more than the window holds, FM's draws are neither.
       */
      labelledOrder: z.enum(['independent', 'epochs']).default('independent'),
    })
    .prefault({}),

  network: z.strictObject(NETWORK_FIELDS).prefault({}),

  pseudoLabels: z
    .strictObject({
      /**
       * Who labels the weak views.
       * `teacher`: the teacher in eval mode, while the student's batch is the labelled and the strong views
       * (amazon-research/exponential-moving-average-normalization@f79248b8 models/fixmatch.py; the reading of the STS
       * paper in which its teacher teaches).
       * `student`: the original FixMatch. The student in train mode, with the weak views in its batch (FM fixmatch.py);
       * the teacher is only evaluated.
       * `none`: supervised; no unlabelled image is used.
       */
      from: z.enum(['teacher', 'student', 'none']).default('teacher'),
      /** Least probability of an accepted label (FM fixmatch.py: confidence). */
      threshold: share.default(0.95),
      /** Weight of the unsupervised loss, λ_u (FM fixmatch.py: wu). */
      weight: z.number().nonnegative().default(1),
    })
    .prefault({}),

  optimiser: z
    .strictObject({
      /** Rate of the first step, of a batch of any size (FM fixmatch.py: lr). */
      learningRate: z.number().positive().default(0.03),
      /** How the rate falls: `cosine-7-16` by cos(7πk/16K) at step k of K, so to 0.195 of it (FM fixmatch.py); `constant`: not (ours). */
      schedule: z.enum(['cosine-7-16', 'constant']).default('cosine-7-16'),
      /** Share of the old velocity (FM fixmatch.py: MomentumOptimizer(lr, 0.9, use_nesterov=True)). */
      momentum: z.number().min(0).lt(1).default(0.9),
      /** Whether Nesterov's form of it is taken (FM fixmatch.py, the same line). */
      nesterov: z.boolean().default(true),
      /** Share of the weights that is added to their gradient, of kernels only; 1e-3 for CIFAR-100 (FM fixmatch.py: wd, README.md). */
      weightDecay: z.number().nonnegative().default(5e-4),
    })
    .prefault({}),

  /** How the teacher follows the student. */
  teacher: TeacherSpec.prefault({ kind: 'tma' }),

  /**
   * Adversarial strong views: the strong views are moved to where the student, in eval mode with its own statistics, errs
   * most from the accepted pseudo-labels, before it learns from them. Pseudo-labels as fixed targets of adversarial
   * training are those of Carmon et al. 2019 (arXiv 1905.13736, RST) and Uesato et al. 2019 (arXiv 1905.13725, UAT-FT),
   * who label once; here the teacher labels at each step. Absent: no adversary.
   */
  adversarial: perturbationSpec.optional(),

  /** How views are drawn: weak ones by flip and shift, strong ones by these, RandAugment and Cutout (FM libml/augment.py). */
  augment: z
    .strictObject({
      /** Mirror left and right with probability ½; not for SVHN (FM libml/augment.py). */
      flip: z.boolean().default(true),
      /** Shift by up to so many pixels, an eighth of the side: 4 of 32, 12 of 96 (FM libml/augment.py). */
      shift: z.int().nonnegative().default(4),
      /**
       * Which RandAugment. `fm-code`: two operations, each with probability ½ (FM libml/augment.py: AugmentPoolRAMC).
       * `paper-range`: three, always, with the ranges of the paper's table (TorchSSL/TorchSSL@f26e1d42
       * datasets/augmentation/randaugment.py).
       */
      randAugment: z.enum(['fm-code', 'paper-range']).default('fm-code'),
      /**
       * Side of the grey square in pixels, half the side: 16 of 32, 14 of 28 (FM libml/augment.py). Two numbers: drawn anew
       * for each image as a share of the width between them; TorchSSL's (datasets/augmentation/randaugment.py) is [0, 0.5].
       */
      cutout: z.union([count, z.tuple([share, share])]).default(16),
    })
    .prefault({}),
};

/** What FixMatch itself knows of its spec, whatever the encoder. */
export type FixMatchOwn = z.output<z.ZodObject<typeof FIELDS>>;
export type FixMatchSpec<F extends Fields = WideResNetFields> = WithEncoder<FixMatchOwn, F>;
/** A spec as one writes it: what has a default may be left out. */
export type FixMatchInput<F extends Fields = WideResNetFields> = InputWithEncoder<
  z.input<z.ZodObject<typeof FIELDS>>,
  F
>;

const LABELS_FIRST =
  "strong views are moved away from labels that are there before: it needs pseudoLabels.from = 'teacher'; a student labels in the pass that learns";

/** Everything that decides a FixMatch run of a kind of encoder but its seed and its images. */
export function fixMatchSpec<F extends Fields>(
  encoder: EncoderFamily<F>,
): z.ZodType<FixMatchSpec<F>, FixMatchInput<F>> {
  const network = z.strictObject({ ...NETWORK_FIELDS, ...(encoder.fields as Record<never, never>) }).prefault({});
  const schema = z.strictObject({ ...FIELDS, network }).check((payload) => {
    const spec = payload.value as FixMatchSpec<F>;
    refuse(encoderContradictions(encoder, spec.network), payload);
    if (spec.adversarial !== undefined && spec.pseudoLabels.from !== 'teacher')
      refuse([{ path: ['adversarial'], message: LABELS_FIRST }], payload);
  });
  // TypeScript does not follow the fields of an encoder that it does not know yet through an object's schema.
  return schema as unknown as z.ZodType<FixMatchSpec<F>, FixMatchInput<F>>;
}

export const FixMatchSpec = fixMatchSpec(WIDE_RES_NET);
