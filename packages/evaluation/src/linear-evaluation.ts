import type { Tensors, Variables } from '@spatial-ensemble/nn';
import { outputShape, type AugmentSpec } from '@spatial-ensemble/augment';
import * as tf from '@tensorflow/tfjs-core';
import { headOptimiser, linearHead } from './linear-head.ts';
import { linearSpec, recipeOf, stepsOf, type LinearSpec } from './linear-spec.ts';
import { LINEAR_METRICS, linearStep, type LinearParts, type LinearState } from './linear-step.ts';
import { trainingView } from './linear-views.ts';
import type { KnownData, Problem, Score } from '@spatial-ensemble/record';
import { classesFit, imagesSuffice, type Method, type Scalars } from '@spatial-ensemble/training';

/**
 * Linear evaluation of a pretraining method's runs, as a method like the others: a run of its own, which starts from
 * the weights of a finished one, trains a classifier on features of the frozen encoder in evaluation mode, resumes, and
 * reports top-1 and top-5 of the test images.
 *
 * Its measures are `linear-top1` and `linear-top5` of the network that the spec names; of an untrained encoder and of
 * pixels they are called `linear-top1-untrained` and `linear-top1-pixels`, of no network.
 *
 * @throws Error where the method has no encoder, or does not say how many features it gives.
 */
export function linearEvaluation<P>(
  pretraining: Pick<Method<P>, 'name' | 'schema' | 'encode' | 'features' | 'evaluationView' | 'stride'>,
): Method<LinearSpec<P>, LinearState, Scalars> {
  const { name, encode, features } = pretraining;
  if (encode === undefined || features === undefined)
    throw new Error(`${name} cannot be evaluated: a method needs both encode and features for it`);

  const partsOf = (spec: LinearSpec<P>): LinearParts => {
    const recipe = recipeOf(spec);
    const inputs = spec.input.kind === 'pixels' ? spec.input.count : features(spec.pretraining);
    const head = linearHead(recipe, { features: inputs, classes: spec.classes });
    const encoded = spec.input.kind === 'pixels' ? flattened : encode(spec.pretraining);
    return { head, optimiser: headOptimiser(recipe, head), encode: checked(encoded, inputs) };
  };

  const evaluationView = (spec: LinearSpec<P>): AugmentSpec => pretraining.evaluationView?.(spec.pretraining) ?? [];

  return {
    name: 'linear',
    version: 1,
    schema: linearSpec(pretraining.schema) as never,
    smoke,
    steps: (spec) => stepsOf(recipeOf(spec)),
    check(spec, data) {
      const { batch } = recipeOf(spec);
      return [
        ...classesFit('classes', spec.classes, data),
        ...imagesSuffice('batch', batch, 'a batch', 'labelled', data),
        ...(spec.input.kind === 'pixels' ? pixelsFit(spec.input.count, evaluationView(spec), data) : []),
      ];
    },
    epoch: ({ images }) => ({ key: 'images', images, stream: 'labelled' }),
    stride: ({ input, pretraining: of }) => (input.kind === 'pixels' ? 1 : (pretraining.stride?.(of) ?? 1)),
    init(spec, key, from) {
      if (from === undefined)
        throw new Error('a linear evaluation starts from a finished run; declare it among the evaluations of a study');
      const { head, optimiser } = partsOf(spec);
      const own = head.init(key.fold('classifier'));
      const frozen = spec.network === 'teacher' ? from.teacher : from.student;
      const encoder: Variables = spec.input.kind === 'pixels' ? { params: {}, buffers: {} } : frozen;
      return { variables: joined(encoder, own), ...optimiser.init(own.params) };
    },
    views(spec) {
      const recipe = recipeOf(spec);
      return { labelled: { batch: recipe.batch, views: { image: trainingView(spec.augment, recipe) } } };
    },
    at(spec, step) {
      const recipe = recipeOf(spec);
      const { learningRate, batch, schedule } = recipe;
      return { learningRate: ((learningRate * batch) / 256) * schedule(step, stepsOf(recipe)) };
    },
    metrics: LINEAR_METRICS,
    step: (spec) => linearStep(partsOf(spec)),
    student: ({ variables }) => variables,
    teacher: ({ variables }) => variables,
    evaluationView,
    predict(spec) {
      const parts = partsOf(spec);
      return (variables, images) => {
        const { logits } = parts.head.apply(variables, parts.encode(variables, images), { mode: 'eval' });
        return logits as tf.Tensor2D;
      };
    },
    scores,
    cached(spec) {
      if (spec.augment.kind !== 'none') return undefined;
      const parts = partsOf(spec);
      return ({ variables }, images) => parts.encode(variables, images) as tf.Tensor2D;
    },
    bestEvery(spec) {
      const { bestEvery, images, batch } = recipeOf(spec);
      return spec.checkpoint === 'last' ? undefined : Math.max(1, Math.round((bestEvery! * images) / batch));
    },
  };
}

function scores<P>({ name, network, input, classes }: LinearSpec<P>): Score[] {
  const kind = input.kind === 'pixels' ? 'pixels' : network;
  const sanity = kind === 'pixels' || kind === 'untrained';
  return [1, 5].map((top) => ({
    name: `${name}-top${top}${sanity ? `-${kind}` : ''}`,
    title: `${name} top-${top}${sanity ? `, ${kind}` : ''}`,
    of: 'student',
    whose: sanity ? 'none' : kind,
    top: Math.min(top, classes),
  }));
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
  return tf.reshape(tf.mul(tf.cast(images, 'float32'), 1 / 255), [images.shape[0]!, -1]);
}

function checked(encode: LinearParts['encode'], inputs: number): LinearParts['encode'] {
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
