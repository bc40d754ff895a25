import { IMAGENET_STANDARD, RESNET_50 } from '@spatial-ensemble/nn';
import type { ByolInput } from './spec.ts';

// DM = google-deepmind/deepmind-research@f5de0ede byol/; SE = tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/.

const IMAGENET = { mean: [...IMAGENET_STANDARD.mean], deviation: [...IMAGENET_STANDARD.deviation] };

const { stem, block, width, zeroInitResidual, batchNorm } = RESNET_50;
const resnet50 = { stem, block, width, zeroInitResidual, batchNorm, units: [...RESNET_50.units], channels: 3 as const };

/**
 * The official BYOL, 300 epochs (DM configs/byol.py, byol_experiment.py, utils/).
 *
 * DEVIATION (views.style=deepmind): torchvision's ResNet-50 with PyTorch's padding and initial values in place of
 * Haiku's (google-deepmind/dm-haiku@f4d858a5 haiku/_src/nets/resnet.py, basic.py).
 * DEVIATION (views.style=deepmind): the target starts as a copy; DM's starts from another key, and reports no
 * noticeable difference.
 * DEVIATION (views.style=deepmind): running statistics are plain averages; Haiku's are zero-debiased, which no long run
 * notices.
 */
const byol: ByolInput = {
  // DM configs/byol.py: 40, 100, 300 or 1,000.
  epochs: 300,
  // DM utils/dataset.py: all of ImageNet's training images.
  images: 1_281_167,
  // DM configs/byol.py: 4096, batch norm over all of them.
  batch: 4096,
  network: {
    ...resnet50,
    // DM configs/byol.py: decay 0.9, ε 1e-5; Haiku keeps the biased variance.
    batchNorm: { epsilon: 1e-5, decay: 0.9, runningVariance: 'biased' },
    // DM utils/networks.py: the last layer has no bias.
    projector: { hidden: 4096, outputs: 256, hiddenBias: true, outputBias: false },
    // DM utils/networks.py: as the projector.
    predictor: { hidden: 4096, outputs: 256, hiddenBias: true, outputBias: false },
    ...IMAGENET,
  },
  // DM utils/augmentations.py, dataset.py.
  views: {
    style: 'deepmind',
    size: 224,
    scale: [0.08, 1],
    interpolation: 'bicubic',
    flip: 0.5,
    jitter: { p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 },
    grayscale: 0.2,
    blur: [1, 0.1],
    solarize: [0, 0.2],
    evaluationResize: 256,
  },
  // DM configs/byol.py: the preset of 300 epochs; 0.45 and 1e-6 for 100, 0.2 and 1.5e-6 for 1,000.
  optimiser: { kind: 'lars', learningRate: 0.3, momentum: 0.9, weightDecay: 1e-6, trust: 1e-3 },
  // DM utils/schedules.py: the very first step has a rate of 0.
  warmUp: { epochs: 10, from: 0 },
  // DM configs/byol.py: τ₀ 0.99, and 0.996 for 1,000 epochs. Forwards in train mode, statistics of its own.
  teacher: { kind: 'tma', momentum: { kind: 'cosine', value: 0.99 }, buffers: 'own' },
  // DM byol_experiment.py.
  follows: 'after-step',
};

/**
 * The official STS code (SE), which is Momentum² Teacher's (zengarden/momentum2-teacher@0b5927d0) with masks, 200
 * epochs. What of it is kept, paths below `spatial_ensemble/`:
 *
 * | row | the official code                                       | where                                       | here                                                                   |
 * | --- | ------------------------------------------------------- | ------------------------------------------- | ---------------------------------------------------------------------- |
 * | 1   | every process draws masks of its own, unseeded          | `models/m2_teacher.py:42`, `tools/train.py` | one mask a step, of the run's seed; a teacher a process is not offered |
 * | 2   | batch norm pools the statistics of diverging teachers   | `models/m2_teacher.py:24-29`                | there is one teacher                                                   |
 * | 3   | the first copy of the teacher is masked too             | `models/m2_teacher.py:33`                   | whole; `teacher.firstCopy: 'masked'` is the original                   |
 * | 4   | a draw for each tensor                                  | `models/m2_teacher.py:39-46`                | kept; `teacher.granularity` has others                                 |
 * | 5   | running statistics are the teacher's own, in train mode | `models/m2_teacher.py:39-46`                | kept; `teacher.buffers` has others                                     |
 * | 6   | the teacher follows at the start of a step              | `models/m2_teacher.py:56-59`                | kept; `follows: 'after-step'` is DeepMind's                            |
 * | 7   | SGD with weight decay on everything                     | `exps/sts/sts_exp.py`                       | kept; `optimiser.kind: 'lars'` is DeepMind's                           |
 * | 8   | blur before grayscale, flip late, bilinear, Pillow      | `data/transforms.py`                        | kept; `views.style: 'deepmind'` is the other one                       |
 * | 9   | a single process never shuffles                         | `exps/sts/sts_exp.py`                       | images are shuffled always; no option                                  |
 * | 10  | a single process cannot evaluate                        | `tools/eval.py:122-131`, `:245`             | it can                                                                 |
 *
 * DEVIATION (views.style=torchvision): one mask for the whole machine, drawn from the run's seed; SE's ranks draw
 * different ones (row 1), so that their batch norm mixes the statistics of eight teachers (row 2). That is not offered:
 * it would take as many teachers as there are ranks.
 * DEVIATION (views.style=torchvision): the teacher starts as the student; SE's constructor masks the first copy (row
 * 3). `teacher.firstCopy: 'masked'` has it.
 * DEVIATION (views.style=torchvision): a run has all whole batches in its epochs, 1,000,911 of 200; SE drops the rest
 * of each epoch, 1,000,800.
 * DEVIATION (views.style=torchvision): the teacher sees the first view first, the student's order; SE's the second, so
 * that the two views weigh the other way round in the teacher's running statistics, by a tenth. The loss is the same.
 * DEVIATION (views.style=torchvision): images are shuffled always; SE's single process does not (row 9), nor does it
 * evaluate (row 10). There is no option for that: a run in the order of the folders would learn one class after the
 * other.
 */
const momentum2: ByolInput = {
  // SE exps/sts/exp_8_2080ti: 200, 300 or 1,000.
  epochs: 200,
  // SE data/dataset.py: all of ImageNet's training images.
  images: 1_281_167,
  // SE Readme: 256 in all, 32 on each of 8 GPUs, batch norm synchronised.
  batch: 256,
  network: {
    ...resnet50,
    // SE models/resnet_mbn.py, MLP="byol": biases everywhere, no batch norm on outputs.
    projector: { hidden: 4096, outputs: 256, hiddenBias: true, outputBias: true },
    // SE models/resnet_mbn.py, MLP="byol": as the projector.
    predictor: { hidden: 4096, outputs: 256, hiddenBias: true, outputBias: true },
    ...IMAGENET,
  },
  // SE data/transforms.py: blur before grayscale, flip late; bilinear, Pillow's blur (row 8).
  views: {
    style: 'torchvision',
    size: 224,
    scale: [0.08, 1],
    interpolation: 'bilinear',
    flip: 0.5,
    jitter: { p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 },
    grayscale: 0.2,
    blur: [1, 0.1],
    solarize: [0, 0.2],
    evaluationResize: 256,
  },
  // SE exps/sts/sts_exp.py: weight decay on everything, batch norm and biases too (row 7).
  optimiser: { kind: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 },
  // SE utils/__init__.py: `warmcos`.
  warmUp: { epochs: 10, from: 1e-6 },
  // SE models/m2_teacher.py: 0.99 by a cosine to 1; p = 0.7; a draw for each tensor (row 4); own statistics (row 5).
  teacher: {
    kind: 'sts',
    momentum: { kind: 'cosine', value: 0.99 },
    preserve: 0.7,
    granularity: 'tensor',
    buffers: 'own',
  },
  // SE models/m2_teacher.py: at the start of `forward`, so that the last student is missed (row 6).
  follows: 'before-step',
};

/** The recipes by name. A study declares one and patches it. */
export const RECIPES = { byol, momentum2 } as const satisfies { readonly [name: string]: ByolInput };
