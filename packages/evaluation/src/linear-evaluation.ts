import { outputShape, type AugmentSpec } from '@spatial-ensemble/augment';
import type { Anatomy, Tensors, Variables } from '@spatial-ensemble/nn';
import type { KnownData, Problem, Score } from '@spatial-ensemble/record';
import {
  classesFit,
  imagesSuffice,
  type Encodes,
  type Method,
  type Scalars,
  type TrainableOf,
} from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { headOptimiser, linearHead } from './linear-head.ts';
import { linearSpec, recipeOf, stepsOf, type LinearSpec } from './linear-spec.ts';
import { LINEAR_METRICS, linearStep, type LinearBatch, type LinearState } from './linear-step.ts';
import { shiftProblems, trainingView } from './linear-views.ts';
import { byTheNorms, channelProblems, encodesOf, normsProblems, type Pretraining } from './pretraining.ts';

type LinearTrainable = TrainableOf<LinearState, LinearBatch, 'learningRate', Scalars>;

/**
 * Linear evaluation of a pretraining method's runs, as a method like the others: a run of its own, which starts from
 * the weights of a finished one, trains a classifier on features of the frozen encoder in evaluation mode, resumes, and
 * reports top-1 and top-5 of the test images.
 *
 * Its measures are `linear-top1` and `linear-top5` of the student or teacher that the spec names; of an untrained
 * encoder and of pixels they are called `linear-top1-untrained` and `linear-top1-pixels`, of neither.
 */
export function linearEvaluation<P>(pretraining: Pretraining<P>): Method<LinearSpec<P>, unknown, LinearTrainable> {
  return {
    name: 'linear',
    version: 1,
    schema: linearSpec(pretraining.schema) as never,
    smoke,
    steps: (spec) => stepsOf(recipeOf(spec)),
    check(spec, data) {
      const { batch } = recipeOf(spec);
      const { view } = encodesOf(pretraining, spec);
      return [
        ...classesFit('classes', spec.classes, data),
        ...(spec.input.kind === 'pixels' ? [] : channelProblems(pretraining, spec, data)),
        ...normsProblems(spec, pretraining.bind(spec.pretraining).anatomy),
        ...shiftProblems(spec.augment, view),
        ...imagesSuffice('batch', batch, 'a batch', 'labelled', data),
        ...(spec.input.kind === 'pixels' ? pixelsFit(spec.input.count, view, data) : []),
      ];
    },
    epoch: ({ images }) => ({ key: 'images', images, stream: 'labelled' }),
    stride: ({ input, pretraining: of }) => (input.kind === 'pixels' ? 1 : (pretraining.stride?.(of) ?? 1)),
    metrics: LINEAR_METRICS,
    scores,
    bind(spec) {
      const { anatomy } = pretraining.bind(spec.pretraining);
      return trainable(spec, encodesOf(pretraining, spec), anatomy);
    },
  };
}

function trainable<P>(
  spec: LinearSpec<P>,
  { view, features, encode }: Encodes,
  pretrained: Anatomy | undefined,
): LinearTrainable {
  const recipe = recipeOf(spec);
  const pixels = spec.input.kind === 'pixels' ? spec.input : undefined;
  const head = linearHead(recipe, { features: pixels?.count ?? features, classes: spec.classes });
  const optimiser = headOptimiser(recipe, head);
  const encoded = checked(pixels === undefined ? encode : flattened, pixels?.count ?? features);
  const { learningRate, batch, schedule } = recipe;
  return {
    streams: { labelled: { batch, views: { image: trainingView(spec.augment, recipe) } } },
    init(key, from) {
      if (from === undefined)
        throw new Error('a linear evaluation starts from a finished run; declare it among the evaluations of a study');
      const own = head.init(key.fold('classifier'));
      const frozen = spec.whose === 'teacher' ? from.teacher : from.student;
      const encoder = pixels === undefined ? byTheNorms(frozen, spec, pretrained) : { params: {}, buffers: {} };
      return { variables: joined(encoder, own), ...optimiser.init(own.params) };
    },
    at: (step) => ({ learningRate: ((learningRate * batch) / 256) * schedule(step, stepsOf(recipe)) }),
    step: linearStep({ head, optimiser, encode: encoded }),
    student: ({ variables }) => variables,
    teacher: ({ variables }) => variables,
    classifies: {
      view,
      predict: (variables, images) =>
        head.apply(variables, encoded(variables, images), { mode: 'eval' }).logits as tf.Tensor2D,
    },
    ...(pretrained !== undefined &&
      pixels === undefined && {
        anatomy: {
          ...oneSet(pretrained, spec),
          heads: { classifier: { ...head.metas.params, ...head.metas.buffers } },
        },
      }),
    ...(spec.augment.kind === 'none' && {
      feeds: { view, features: ({ variables }: LinearState, images: tf.Tensor) => encoded(variables, images) },
    }),
  };
}

/** What is left of two sets of norms where one is taken: `byTheNorms` puts the second in the place of the first. */
function oneSet<P>({ second, ...anatomy }: Anatomy, { norms }: LinearSpec<P>): Anatomy {
  return norms === undefined && second !== undefined ? { ...anatomy, second } : anatomy;
}

function scores<P>(spec: LinearSpec<P>): Score[] {
  const { name, whose, input, classes } = spec;
  const kind = input.kind === 'pixels' ? 'pixels' : whose;
  const sanity = kind === 'pixels' || kind === 'untrained';
  const every = bestEvery(spec);
  return [1, 5].map((top) => ({
    name: `${name}-top${top}${sanity ? `-${kind}` : ''}`,
    title: `${name} top-${top}${sanity ? `, ${kind}` : ''}`,
    of: 'student',
    whose: sanity ? 'none' : kind,
    top: Math.min(top, classes),
    ...(every !== undefined && { bestEvery: every }),
  }));
}

/** Steps between the recipe's own evaluations on the test images, where the best of them is asked for. */
function bestEvery<P>(spec: LinearSpec<P>): number | undefined {
  const { bestEvery: epochs, images, batch } = recipeOf(spec);
  if (spec.checkpoint === 'last' || epochs === undefined) return undefined;
  return Math.max(1, Math.round((epochs * images) / batch));
}

/** Three steps; what was pretrained has its own form for that already. */
function smoke<P>(spec: LinearSpec<P>): LinearSpec<P> {
  const { augment, input } = spec;
  return {
    ...spec,
    classes: 10,
    images: 12,
    epochs: 1,
    batch: 4,
    augment: augment.kind === 'random-resized-crop' ? { ...augment, size: 28 } : augment,
    input: input.kind === 'pixels' ? { kind: 'pixels', count: 28 * 28 } : input,
  };
}

/** As many pixel values as an image has once it is prepared. */
function pixelsFit(count: number, view: AugmentSpec, data: KnownData): Problem[] {
  if (data.height === undefined && view.length === 0) return [];
  const { height, width, channels } = outputShape(view, data);
  const values = height * width * channels;
  return values === count
    ? []
    : [
        {
          key: 'input.count',
          says: `is ${count}, and an image has ${height} x ${width} x ${channels} values: --set input.count=${values}`,
        },
      ];
}

/** Pixels as features, 0 to 1. */
function flattened(_: Variables, images: tf.Tensor): tf.Tensor2D {
  const [n] = (images as tf.Tensor4D).shape;
  return tf.reshape(tf.mul(tf.cast(images, 'float32'), 1 / 255), [n, -1]);
}

function checked(encode: Encodes['encode'], inputs: number): Encodes['encode'] {
  return (variables, images) => {
    const features = encode(variables, images);
    if (features.shape[1] !== inputs)
      throw new Error(
        `an image of [${images.shape.slice(1).join(', ')}] has ${features.shape[1]} features, not ${inputs}`,
      );
    return features;
  };
}

/** @throws Error if both have a variable of the same name */
function joined(encoder: Variables, own: Variables): Variables {
  const both = (a: Tensors, b: Tensors): Tensors => {
    const twice = Object.keys(b).find((name) => Object.hasOwn(a, name));
    if (twice !== undefined) throw new Error(`the encoder has a variable ${twice}, which is the classifier's name`);
    return { ...a, ...b };
  };
  return { params: both(encoder.params, own.params), buffers: both(encoder.buffers, own.buffers) };
}
