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

const share = z.number().min(0).max(1);
const count = z.int().positive();

/** A head: dense, batch norm, ReLU, dense. */
const head = z.strictObject({
  /** Units between its two layers. */
  hidden: count,
  /** Numbers that it gives of an image; those of a predictor are its projector's. */
  outputs: count,
  /** Whether the first layer has a bias; batch norm, which follows, makes it of no use. */
  hiddenBias: z.boolean(),
  /** Whether the last layer has a bias. */
  outputBias: z.boolean(),
});

/** How the two views of an image are drawn; `augment.ts` says in which order. */
const views = z.strictObject({
  ...VIEW_FIELDS,
  /** Whose arithmetic: DeepMind's in floats, torchvision's on Pillow images. They differ in order and operations too. */
  style: z.enum(['deepmind', 'torchvision']),
  /** How a crop is brought to its size. */
  interpolation: z.enum(['bilinear', 'bicubic']),
  jitter: z.strictObject(JITTER_FIELDS),
  /** Chance of a Gaussian blur, of σ from 0.1 to 2 pixels, of the first and of the second view; 0 leaves it out. */
  blur: z.tuple([share, share]),
  /** Chance that what is brighter than the middle is inverted, of the first and of the second view; 0 leaves it out. */
  solarize: z.tuple([share, share]),
});

const optimiser = z.discriminatedUnion('kind', [
  z.strictObject({
    ...SGD_FIELDS,
    /** Variant `deepmind` of `lars` in `@spatial-ensemble/nn`: biases and batch norm are neither scaled nor decayed. */
    kind: z.literal('lars'),
    /** What the ratio of a weight's length to its update's is multiplied by. */
    trust: z.number().positive(),
  }),
  z.strictObject({
    ...SGD_FIELDS,
    /** Without Nesterov; everything is decayed. */
    kind: z.literal('sgd'),
  }),
]);

const NETWORK_FIELDS = { ...PIXEL_FIELDS, projector: head, predictor: head };

const FIELDS = {
  ...RUN_FIELDS,
  network: z.strictObject(NETWORK_FIELDS),
  views,
  optimiser,
  /** How the rate rises, then falls by half a cosine to 0. */
  warmUp: z.strictObject({
    /** Epochs in which it rises linearly; 0: it does not. */
    epochs: z.number().nonnegative(),
    /** The rate that it rises from: a rate, not a factor, at most the one that it rises to. */
    from: z.number().nonnegative(),
  }),

  /** How the teacher, the target network, follows the student. */
  teacher: teacherSpec({
    momentum: { kind: 'cosine', value: 0.99 },
    preserve: 0.7,
    buffers: ['own', 'copy', 'smooth'],
  }),
  /** When the teacher follows: after the optimiser, or at the start of the next step, so that it lags by one. */
  follows: z.enum(['after-step', 'before-step']),

  /**
   * Adversarial views: before the student learns of a view, the view is moved to where its prediction, in eval mode with
   * its own statistics, is farthest from what the teacher makes of the other, clean view: the instance-wise attack of
   * RoCL (Kim et al. 2020, arXiv 2006.07589), adversarial to standard as in ACL's A2S (Jiang et al. 2020, arXiv
   * 2010.13337). Absent: no adversary. `stream: 'dual'` learns of clean views as well, as RoCL and ACL's dual stream do;
   * with `batchNorm: 'dual'` clean and adversarial images each have batch norms of their own, as in ACL.
   *
   * DEVIATION: both adversarial views of ACL's dual stream are moved together, and compared with each other; here each is
   * moved and learnt of on its own, against what the teacher makes of the other, clean view.
   */
  adversarial: adversarialField.optional(),

  /**
   * A linear classifier on the student's features of the first view, which does not touch them; its rate follows the
   * encoder's schedule. DM byol_experiment.py trains one beside every run, in the encoder's optimiser.
   */
  probe: probeField,
};

/** What BYOL itself knows of its spec, whatever the encoder. */
export type ByolOwn = z.output<z.ZodObject<typeof FIELDS>>;
export type ByolSpec<F extends Fields = ResNetFields> = WithEncoder<ByolOwn, F>;
/** A spec as one writes it. */
export type ByolInput<F extends Fields = ResNetFields> = InputWithEncoder<z.input<z.ZodObject<typeof FIELDS>>, F>;

/**
 * Everything that decides a BYOL run of a kind of encoder but its seed and its images. There are no defaults for what
 * recipes differ in: `recipes.ts` has them, line by line, with their sources.
 */
export function byolSpec<F extends Fields>(encoder: EncoderFamily<F>): z.ZodType<ByolSpec<F>, ByolInput<F>> {
  const network = z.strictObject({ ...NETWORK_FIELDS, ...(encoder.fields as Record<never, never>) });
  const schema = z.strictObject({ ...FIELDS, network }).check((payload) => {
    const value = payload.value as ByolSpec<F>;
    refuse([...contradictions(value, encoder), ...ownContradictions(value)], payload);
  });
  // TypeScript does not follow the fields of an encoder that it does not know yet through an object's schema.
  return schema as unknown as z.ZodType<ByolSpec<F>, ByolInput<F>>;
}

export const ByolSpec = byolSpec(RES_NET);

function ownContradictions(spec: ByolOwn): Refusal[] {
  const { epochs, images, batch, warmUp, network } = spec;
  const { projector, predictor } = network;
  const steps = stepsOf(spec);
  const warm = (warmUp.epochs * images) / batch;
  const rate = (spec.optimiser.learningRate * batch) / 256;
  const found: readonly [wrong: boolean, path: readonly string[], message: string][] = [
    [steps < 1, ['images'], `epochs times images are fewer than one batch of ${batch}: ${epochs} · ${images}`],
    [batch === 1, ['batch'], 'must be 2 or more, got 1: batch norm makes all projections of one image the same'],
    [
      warm > steps,
      ['warmUp', 'epochs'],
      `${warmUp.epochs} epochs are ${Math.ceil(warm)} steps, more than the ${steps} of the run`,
    ],
    [
      warmUp.from > rate,
      ['warmUp', 'from'],
      `${warmUp.from} is above the rate that it warms up to, ${rate} with ${batch} images a step`,
    ],
    [
      predictor.outputs !== projector.outputs,
      ['network', 'predictor', 'outputs'],
      `must be the projector's ${projector.outputs}, got ${predictor.outputs}`,
    ],
  ];
  return found.filter(([wrong]) => wrong).map(([, path, message]) => ({ path, message }));
}

/** Updates of a whole run. */
export function stepsOf({ steps, epochs, images, batch }: RunLength): number {
  return steps === 'epochs' ? Math.floor((epochs * images) / batch) : steps;
}
