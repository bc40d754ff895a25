import type { AugmentSpec } from '@spatial-ensemble/augment';
import {
  dense,
  halfCosine,
  network,
  partOf,
  sgd,
  standardised,
  uniformFanIn,
  type Anatomy,
  type Network,
  type Variables,
} from '@spatial-ensemble/nn';
import type { Score } from '@spatial-ensemble/record';
import { classesFit, imagesSuffice, type Method, type Scalars, type TrainableOf } from '@spatial-ensemble/training';
import type * as tf from '@tensorflow/tfjs-core';
import { fineTuneSpec, stepsOf, type FineTuneSpec } from './fine-tune-spec.ts';
import { LINEAR_METRICS, linearStep, type LinearBatch, type LinearState } from './linear-step.ts';
import { shiftProblems, trainingView } from './linear-views.ts';
import { channelProblems, encodesOf, type Pretraining } from './pretraining.ts';

type FineTuneTrainable = TrainableOf<LinearState, LinearBatch, 'learningRate', Scalars>;

/** torchvision's, which lightly's recipe crops by. */
const CROP = { interpolation: 'bilinear', style: 'torchvision' } as const;

/**
 * Fine-tuning of a finished run's encoder with a linear classifier on it, by few labels or many: a run of its own, which
 * resumes. All weights learn, batch norm in training mode. How many labels there are is the evaluation's `data`:
 * `labelled: 100` of 10,000 images is one per cent.
 *
 * Its measures are `fine-tuned-top1` and `-top5` of the student or teacher whose weights it starts from; from an untrained
 * encoder, `fine-tuned-top1-untrained` of neither: what the same labels teach without any training before.
 */
export function fineTuneEvaluation<P>(
  pretraining: Pretraining<P>,
): Method<FineTuneSpec<P>, unknown, FineTuneTrainable> {
  return {
    name: 'fine-tune',
    version: 1,
    schema: fineTuneSpec(pretraining.schema) as never,
    smoke,
    steps: stepsOf,
    check: (spec, data) => [
      ...classesFit('classes', spec.classes, data),
      ...imagesSuffice('batch', spec.batch, 'a batch', 'labelled', data),
      ...channelProblems(pretraining, spec, data),
      ...shiftProblems(spec.augment, encodesOf(pretraining, spec).view),
    ],
    epoch: ({ images }) => ({ key: 'images', images, stream: 'labelled' }),
    stride: ({ pretraining: of }) => pretraining.stride?.(of) ?? 1,
    metrics: LINEAR_METRICS,
    scores,
    bind(spec) {
      const { anatomy } = pretraining.bind(spec.pretraining);
      if (anatomy === undefined)
        throw new Error(`${pretraining.name} cannot be fine-tuned: what it makes of a spec has no \`anatomy\``);
      return trainable(spec, anatomy, encodesOf(pretraining, spec).view);
    },
  };
}

function trainable<P>(spec: FineTuneSpec<P>, { encoder, standard }: Anatomy, view: AugmentSpec): FineTuneTrainable {
  const { classes, learningRate, batch, momentum, nesterov, weightDecay, whose } = spec;
  // PyTorch's first values of `nn.Linear`, as lightly leaves them (lightly/utils/benchmarking/linear_classifier.py).
  const initial = uniformFanIn(encoder.features);
  const linear = dense('classifier', { inputs: encoder.features, outputs: classes, initial, initialBias: initial });
  const head = network({ declares: linear.declares, forward: (pass, x) => ({ logits: linear.forward(pass, x) }) });
  const frozen = network({
    declares: encoder.declares,
    forward: (pass, x) => ({ features: encoder.forward(pass, x) }),
  });
  const whole: Network<{ readonly logits: tf.Tensor }> = network({
    declares: [...encoder.declares, ...linear.declares],
    forward: (pass, images) => ({ logits: linear.forward(pass, encoder.forward(pass, images)) }),
  });
  const optimiser = sgd(whole.metas.params, { momentum, nesterov, weightDecay, decays: () => true });
  // Not augmented, training images are prepared as test images are.
  const image = spec.augment.kind === 'none' ? view : trainingView(spec.augment, { crop: CROP });
  return {
    streams: { labelled: { batch, views: { image } } },
    init(key, from) {
      if (from === undefined)
        throw new Error('fine-tuning starts from a finished run; declare it among the evaluations of a study');
      const learnt = partsOf(frozen, whose === 'teacher' ? from.teacher : from.student);
      const own = head.init(key.fold('classifier'));
      const params = { ...learnt.params, ...own.params };
      return { variables: { params, buffers: { ...learnt.buffers, ...own.buffers } }, ...optimiser.init(params) };
    },
    at: (step) => ({ learningRate: ((learningRate * batch) / 256) * halfCosine(step, stepsOf(spec)) }),
    // The whole network in the place of a classifier on frozen features.
    step: linearStep({ head: whole, optimiser, encode: (_, images) => standardised(images, standard) }),
    student: ({ variables }) => variables,
    teacher: ({ variables }) => variables,
    classifies: {
      view,
      predict: (variables, images) =>
        whole.apply(variables, standardised(images, standard), { mode: 'eval' }).logits as tf.Tensor2D,
    },
    encodes: {
      view,
      features: encoder.features,
      encode: (variables, images) => frozen.apply(variables, standardised(images, standard), { mode: 'eval' }).features,
    },
    anatomy: { encoder, heads: { classifier: head.metas.params }, standard },
  };
}

/** The encoder's variables among those of a finished run. */
function partsOf({ metas }: Network<object>, { params, buffers }: Variables): Variables {
  const whose = 'the run that is fine-tuned';
  return { params: partOf(params, metas.params, whose), buffers: partOf(buffers, metas.buffers, whose) };
}

function scores<P>({ name, whose, classes }: FineTuneSpec<P>): Score[] {
  const sanity = whose === 'untrained';
  return [1, 5].map((top) => ({
    name: `${name}-top${top}${sanity ? '-untrained' : ''}`,
    title: `fine-tuned, top-${top}${sanity ? ', untrained encoder' : ''}`,
    of: 'student',
    whose: sanity ? 'none' : whose,
    top: Math.min(top, classes),
  }));
}

/** Three steps; what was pretrained has its own form for that already. */
function smoke<P>(spec: FineTuneSpec<P>): FineTuneSpec<P> {
  const { augment } = spec;
  return {
    ...spec,
    classes: 10,
    images: 12,
    epochs: 1,
    batch: 4,
    augment: augment.kind === 'random-resized-crop' ? { ...augment, size: 28 } : augment,
  };
}
