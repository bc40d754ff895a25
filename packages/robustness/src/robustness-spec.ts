import { normsField } from '@spatial-ensemble/evaluation';
import { z } from 'zod';
import { NORMS } from './attacks/norms.ts';
import { BASELINES, CORRUPTIONS, STYLES } from './corruptions/names.ts';

const count = z.int().positive();

/** The attacks that a spec may name. */
const ATTACKS = ['fgsm', 'pgd', 'apgd-ce', 'apgd-dlr', 'square'] as const;
export type AttackName = (typeof ATTACKS)[number];

/** What one unit of epsilon is of the range of pixels. */
const UNITS = { '0..255': 1 / 255, '0..1': 1 } as const;

const once = <T>(all: readonly T[]): boolean => new Set(all).size === all.length;

/** What is done to test images by somebody who knows the classifier. */
const Attacks = z
  .strictObject({
    /**
     * So many test images are attacked, the same in all arms and seeds: the first, or of images in the order of their
     * classes (folders) evenly spaced ones (ours; AA: 10,000).
     */
    images: count.default(500),
    /** What epsilon bounds. `linf`: the change of each pixel; `l2`: the length of an image's change (AA has both). */
    norm: z.enum(NORMS).default('linf'),
    /** The units of pixels in which `epsilon` and `curve` are: of a byte (8 is 8/255), or of the whole range (ours). */
    units: z.enum(['0..255', '0..1']).default('0..255'),
    /** How far an image may be changed, before it is standardised. RobustBench on CIFAR-10 (arXiv 2010.09670): 8/255 within L∞. */
    epsilon: z.number().positive().default(8),
    /**
     * The attacks: each is tried on all images, and for each image the worst counts. `fgsm`: arXiv 1412.6572. `pgd`: arXiv
     * 1706.06083. `apgd-ce`, `apgd-dlr`: arXiv 2003.01690. `square`: arXiv 1912.00049.
     */
    kinds: z
      .array(z.enum(ATTACKS))
      .min(1)
      .refine(once, 'names one of them twice')
      .default([...ATTACKS]),
    /** Projected gradient ascent (arXiv 1706.06083). */
    pgd: z
      .strictObject({
        /** Steps (arXiv 1706.06083: 20 of 2/255 within 8/255, on CIFAR-10). */
        steps: count.default(20),
        /** How far a step goes, as a share of epsilon (arXiv 1706.06083: 2/8). */
        stepSize: z.number().positive().default(0.25),
        /** Starts, of which the best for the attack counts (ours). */
        restarts: count.default(1),
        /** Whether an attack begins at a random place within epsilon (arXiv 1706.06083). */
        randomStart: z.boolean().default(true),
        /** Share of the former gradients in a step's direction (arXiv 1710.06081: 1); 0: plain PGD. */
        momentum: z.number().nonnegative().default(0),
      })
      .prefault({}),
    /** Ascent whose steps follow from how the loss rises (arXiv 2003.01690), by cross entropy and by the ratio of logits. */
    apgd: z
      .strictObject({
        /** Steps (AA, standard: 100). */
        steps: count.default(100),
        /** Starts, of which the best for the attack counts (AA, standard: 1). */
        restarts: count.default(1),
      })
      .prefault({}),
    /** Random squares, without gradients (arXiv 1912.00049). */
    square: z
      .strictObject({
        /** Looks at the classifier, one for each step (ours; AA, standard: 5,000). */
        queries: count.default(1000),
        /** Starts, of which the best for the attack counts (AA: 1). */
        restarts: count.default(1),
        /** Share of the image that the first squares cover (AA: 0.8). */
        share: z.number().positive().max(1).default(0.8),
      })
      .prefault({}),
    /**
     * Epsilons at which PGD is tried too, ascending; an image that is fooled within one is so within the larger ones. With
     * `linf` none is above the whole range, and with `masking` the last is that: it lets an image become any other, so that
     * accuracy has to be 0 (arXiv 1902.06705). With `l2` that takes the root of height · width · channels, and where the last
     * is less, accuracy within it need not be 0. Absent: a quarter of epsilon to four times that much, and with `linf` the
     * whole range; with `l2` it is to be given where `masking` is looked for.
     */
    curve: z
      .array(z.number().positive())
      .min(1)
      .refine((all) => all.every((one, i) => one > (all[i - 1] ?? 0)), 'must ascend, as in [2, 4, 8, 255]')
      .optional(),
    /** Whether signs of masked gradients are looked for (arXiv 1802.00420). Needs `fgsm` and `pgd`. */
    masking: z.boolean().default(true),
  })
  .check(({ value, issues }) => {
    const { kinds, masking, norm, curve, epsilon, units } = value;
    const refuse = (path: string, input: unknown, message: string): void =>
      void issues.push({ code: 'custom', input, path: [path], message });
    const whole = 1 / UNITS[units];
    const range = `${whole}, the whole range of pixels in units of ${units}`;
    const last = curve?.at(-1) ?? whole;
    if (norm === 'linf' && epsilon > whole) refuse('epsilon', epsilon, `must be at most ${range}`);
    if (norm === 'linf' && last > whole) refuse('curve', curve, `must go to ${range}, at most`);
    if (norm === 'linf' && masking && last < whole)
      refuse('curve', curve, `must end in ${range}, where signs of masked gradients are looked for (masking): append ${whole}`); // prettier-ignore
    if (norm === 'l2' && masking && curve === undefined)
      refuse('curve', curve, 'is to be given with l2, or masking left out: its last epsilon should let an image become any other, which takes the root of height · width · channels, 55.43 in units of 0..1 for 32 x 32 in colour'); // prettier-ignore
    const missing = (['fgsm', 'pgd'] as const).filter((kind) => !kinds.includes(kind));
    if (masking && missing.length > 0)
      refuse('kinds', kinds, `must have ${missing.join(' and ')} where signs of masked gradients are looked for (masking)`); // prettier-ignore
  });
export type AttacksSpec = z.infer<typeof Attacks>;

/** What happens to test images by nobody's will. */
const Corruptions = z
  .strictObject({
    /** So many test images are corrupted, chosen as for attacks (ours; HR: all of them). */
    images: count.default(500),
    /** Whose strengths: those of CIFAR-10-C for images of 32 pixels (HR make_cifar_c.py), those of ImageNet-C for larger ones (HR make_imagenet_c.py). */
    style: z.enum(STYLES).default('cifar'),
    /** The corruptions (arXiv 1903.12261), frost left out. */
    kinds: z
      .array(z.enum(CORRUPTIONS))
      .min(1)
      .refine(once, 'names one of them twice')
      .default([...CORRUPTIONS]),
    /** How strong each is, from 1, the weakest, to 5 (arXiv 1903.12261). */
    severities: z.array(z.int().min(1).max(5)).min(1).refine(once, 'names one of them twice').default([1, 2, 3, 4, 5]),
    /**
     * What a corruption's error is divided by before the mean over corruptions is taken: AlexNet's on ImageNet-C, or
     * nothing, as is usual for CIFAR-10-C (arXiv 1903.12261).
     */
    baseline: z.enum(BASELINES).default('none'),
  })
  .check(({ value: { baseline, style, severities }, issues }) => {
    if (baseline === 'alexnet' && (style !== 'imagenet' || severities.length !== 5))
      issues.push({
        code: 'custom',
        input: baseline,
        path: ['baseline'],
        message:
          "alexnet's errors are means over all five severities of ImageNet-C: it takes style = 'imagenet' and severities 1 to 5, or 'none'",
      });
  });
export type CorruptionsSpec = z.infer<typeof Corruptions>;

const Calibrated = z.strictObject({
  /** Test images: the first so many, or of images in the order of their classes evenly spaced ones (ours). */
  images: z.union([count, z.literal('all')]).default('all'),
  /** Parts of equal width that confidences are sorted into for the calibration error (arXiv 1706.04599: 15). */
  bins: count.default(15),
  /** Held-out training images to which the temperature is fitted, chosen as test images are; where there are fewer, all of them (arXiv 1706.04599: 5,000 of CIFAR). */
  fittedTo: count.default(5000),
});
export type CalibrationSpec = z.infer<typeof Calibrated>;

/**
 * AA = fra31/auto-attack@6d836dfa autoattack/autoattack.py; HR = hendrycks/robustness@ca360085 ImageNet-C/create_c/. At
 * least one of `attacks`, `corruptions` and `calibration` is to be given; `{}` takes the defaults.
 */
const own = {
  /** Whose weights; `untrained`: the student's before its first step (ours). */
  whose: z.enum(['student', 'teacher', 'untrained']),
  norms: normsField,
  /** The first part of the measures' names, another one where a study declares two of them (ours). */
  name: z
    .string()
    .regex(/^robust(-[a-z0-9]+)*$/, 'must begin with robust, as in robust-l2')
    .default('robust'),
  /** Images that are looked at at once: it decides memory, and last bits (ours). */
  batch: count.default(100),
  /** Absent: images are not attacked. */
  attacks: Attacks.optional(),
  /** Absent: images are not corrupted. */
  corruptions: Corruptions.optional(),
  /** Whether probabilities can be believed, as they are and after a temperature. Absent: not asked. */
  calibration: Calibrated.optional(),
};
const Own = z.strictObject(own);
type RobustnessOwn = z.infer<typeof Own>;

/** What of a spec says what is measured. */
export type RobustnessSpec<P = unknown> = RobustnessOwn & {
  /** The resolved spec of the run that is evaluated; a study leaves it out (ours). */
  readonly pretraining: P;
  /**
   * For a method that learns features: the linear evaluation whose classifier is attacked with them, as `linear` has it.
   * It is trained here first (ours).
   */
  readonly head?: { readonly [option: string]: unknown } | undefined;
};

/** The schema of an evaluation of runs whose specs have the schema `pretraining`. */
export function robustnessSpec<P>(pretraining: z.ZodType<P>): z.ZodType<RobustnessSpec<P>> {
  const schema = z
    .strictObject({ ...own, head: z.record(z.string(), z.json()).optional(), pretraining })
    .check(({ value, issues }) => {
      const { attacks, corruptions, calibration } = value as RobustnessOwn;
      if (attacks === undefined && corruptions === undefined && calibration === undefined)
        issues.push({
          code: 'custom',
          input: value,
          path: ['attacks'],
          message:
            'is missing, and so are corruptions and calibration: one of them is to be measured; {} takes the defaults',
        });
    });
  return schema as unknown as z.ZodType<RobustnessSpec<P>>;
}

/** An epsilon of a spec as a share of the range of pixels. */
export function inRange({ units }: Pick<AttacksSpec, 'units'>, epsilon: number): number {
  return epsilon * UNITS[units];
}

/** The epsilons at which PGD is tried. */
export function curveOf({ curve, epsilon, units, norm }: AttacksSpec): readonly number[] {
  if (curve !== undefined) return curve;
  const times = [0.25, 0.5, 1, 2, 4].map((one) => one * epsilon);
  const whole = 1 / UNITS[units];
  return norm === 'l2' ? times : [...times.filter((one) => one < whole), whole];
}
