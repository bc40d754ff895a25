import { halfCosine, stepwise, type Schedule } from '@spatial-ensemble/nn';

/** A recipe of linear evaluation: everything that two of them differ in. SGD with momentum, no weight decay, in all. */
export interface Protocol {
  readonly epochs: number;
  /** Images a step. */
  readonly batch: number;
  /** For each 256 images of a batch. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly momentum: number;
  readonly nesterov: boolean;
  /** Whether batch norm follows the linear layer, with PyTorch's defaults. */
  readonly batchNorm: boolean;
  /** Standard deviation of the first weights: a number, or 1/√features of a normal that is cut off at two of them. */
  readonly deviation: number | 'truncated-fan-in';
  /** Whose arithmetic crops the training images. */
  readonly crop: { readonly interpolation: 'bilinear' | 'bicubic'; readonly style: 'torchvision' | 'deepmind' };
  /** Epochs between the evaluations on the test images of which the recipe reports the best; undefined: it reports the last. */
  readonly bestEvery: number | undefined;
}

/** The names of the recipes; README.md has them side by side. */
export const PROTOCOLS = ['sts', 'moco', 'byol'] as const;
export type ProtocolName = (typeof PROTOCOLS)[number];

/**
 * tengteng95/Spatial_Ensemble@e94a54b0 spatial_ensemble/exps/sts/linear_eval_exp_byol.py and tools/eval.py (that of the
 * published numbers), after zengarden/momentum2-teacher@0b5927d0: of the teacher's features, batch norm behind the
 * linear layer, so that the scale of the features cancels.
 *
 * DEVIATION (linear, protocol=sts): there, batch norm sees the 32 images of one of 8 GPUs; here, the whole batch.
 */
const sts: Protocol = {
  epochs: 80,
  batch: 256,
  learningRate: 0.2,
  schedule: halfCosine,
  momentum: 0.9,
  nesterov: false,
  batchNorm: true,
  deviation: 0.01,
  crop: { interpolation: 'bilinear', style: 'torchvision' },
  bestEvery: 10,
};

/**
 * facebookresearch/moco@87e36d39 main_lincls.py: 0.1 times the rate after 60 and 80 of 100 epochs, which are six and
 * eight tenths of a run of another length. Its learning rate of 30 is for a batch of 256, and scales with it here.
 */
const moco: Protocol = {
  epochs: 100,
  batch: 256,
  learningRate: 30,
  schedule: stepwise([0.6, 0.8], 0.1),
  momentum: 0.9,
  nesterov: false,
  batchNorm: false,
  deviation: 0.01,
  crop: { interpolation: 'bilinear', style: 'torchvision' },
  bestEvery: 1,
};

/**
 * google-deepmind/deepmind-research@f5de0ede byol/configs/eval.py and eval_experiment.py; Haiku's first weights
 * (google-deepmind/dm-haiku@f4d858a5 haiku/_src/basic.py). The paper sweeps five rates on held-out training images
 * (appendix C.1); this is the configuration's one.
 */
const byol: Protocol = {
  epochs: 80,
  batch: 1024,
  learningRate: 0.2,
  schedule: halfCosine,
  momentum: 0.9,
  nesterov: true,
  batchNorm: false,
  deviation: 'truncated-fan-in',
  crop: { interpolation: 'bicubic', style: 'deepmind' },
  bestEvery: undefined,
};

export const protocols: { readonly [name in ProtocolName]: Protocol } = { sts, moco, byol };
