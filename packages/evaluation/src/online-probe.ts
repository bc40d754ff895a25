import { fusedMean, softmaxCrossEntropy, valueAndGrad } from '@spatial-ensemble/engine';
import {
  constant,
  dense,
  network,
  sgd,
  stopGradient,
  type Metas,
  type Tensors,
  type Variables,
} from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import type { MetricDeclarations } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';

/**
 * How a probe learns. The defaults are SGD with the learning rate that solo-learn gives its online classifier
 * (vturrisi/solo-learn@9187ea39 scripts/pretrain/cifar/byol.yaml, `classifier_lr`).
 */
export const ProbeSpec = z.strictObject({
  /** The first rate, of a batch of any size, which follows the encoder's schedule (vturrisi/solo-learn@9187ea39: 0.1). */
  learningRate: z.number().positive().default(0.1),
  /** Share of the old velocity (vturrisi/solo-learn@9187ea39: 0.9). */
  momentum: z.number().min(0).lt(1).default(0.9),
});
export type ProbeSpec = z.infer<typeof ProbeSpec>;

/** What a probe keeps from step to step. */
export interface ProbeState {
  readonly variables: Variables;
  readonly velocity: Tensors;
}

/** What one step of a probe gives. */
export interface ProbeStep {
  readonly state: ProbeState;
  /** Cross entropy in nats, and the share of right answers in [0, 1], before the update: scalars. */
  readonly metrics: { readonly probeLoss: tf.Scalar; readonly probeAccuracy: tf.Scalar };
}

/** What a probe's step shows, for a method's declaration of its metrics: of the images that the encoder learns from. */
export const PROBE_METRICS = {
  probeAccuracy: {
    title: 'probe right',
    meaning: 'the online probe, on the augmented training images',
    unit: '%',
    whose: 'student',
    summed: 'mean',
  },
  probeLoss: {
    title: 'probe loss',
    meaning: 'cross entropy of the online probe',
    unit: 'nats',
    whose: 'student',
    summed: 'mean',
  },
} as const satisfies MetricDeclarations;

/** A linear classifier that trains beside an encoder, as pure functions. */
export interface OnlineProbe {
  /** Its variables, in the module `probe`. */
  readonly metas: { readonly params: Metas; readonly buffers: Metas };
  /** Weights and biases of 0: the first prediction favours no class. */
  init(key: Key): ProbeState;
  /** Logits `[n, classes]`. `variables` may hold others beside the probe's: those of the encoder. */
  logits(variables: Variables, features: tf.Tensor): tf.Tensor2D;
  /**
   * One update by SGD. Features are constants here: no gradient reaches what they were computed from, even where the
   * whole step is differentiated.
   *
   * @param features float32 `[n, features]`, of this process's rows, where several share a batch: its gradient is their mean.
   * @param labels int32 `[n]`.
   * @param learningRate a scalar tensor, so that a schedule never traces again.
   * @param known float32 `[n]`: 0 where an image has no label, and teaches nothing; absent: all have one. A step in which
   *   none has counts 0 in loss and share. Of several processes each takes the mean over the labels of its own rows.
   */
  step(
    state: ProbeState,
    features: tf.Tensor,
    labels: tf.Tensor,
    learningRate: tf.Scalar,
    known?: tf.Tensor,
  ): ProbeStep;
}

/**
 * The probe of a pretraining step: a linear layer on features that it does not change. It sees the augmented images
 * that pretraining sees, so that what it reaches is not the accuracy of a linear evaluation
 * (vturrisi/solo-learn@9187ea39 README.md has both: for MoCo v2+ on ImageNet 62.61 and 66.84 %).
 *
 * DEVIATION (none): google-deepmind/deepmind-research@f5de0ede byol/byol_experiment.py trains its classifier in the same
 * optimiser as the encoder (LARS); here it has SGD of its own, so that the probe stays the same
 * whatever optimiser a recipe has.
 *
 * @param options.features how many numbers an image's features have.
 */
export function onlineProbe(
  { features, classes }: { readonly features: number; readonly classes: number },
  { momentum }: Pick<ProbeSpec, 'momentum'>,
): OnlineProbe {
  const layer = dense('probe', { inputs: features, outputs: classes, initial: constant(0) });
  const { metas, init, apply } = network<{ readonly logits: tf.Tensor }>({
    declares: layer.declares,
    forward: (pass, x) => ({ logits: layer.forward(pass, x) }),
  });
  const optimiser = sgd(metas.params, { momentum, nesterov: false, weightDecay: 0, decays: () => false });
  const logits = (variables: Variables, x: tf.Tensor): tf.Tensor2D =>
    apply(variables, x, { mode: 'train' }).logits as tf.Tensor2D;

  return {
    metas,
    init(key) {
      const variables = init(key);
      return { variables, ...optimiser.init(variables.params) };
    },
    logits,
    step({ variables, ...slots }, x, labels, learningRate, known) {
      const seen = stopGradient(x);
      const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
        const predicted = logits({ ...variables, params }, seen);
        const value = meanOf(softmaxCrossEntropy(predicted, labels), known);
        return { loss: value, aux: { predicted } };
      })(variables.params);
      const next = optimiser.update({ params: variables.params, grads: fusedMean(grads), slots, learningRate });
      const right = tf.equal(tf.argMax(aux.predicted, 1), labels);
      return {
        state: { variables: { ...variables, params: next.params }, ...next.slots },
        metrics: { probeLoss: loss, probeAccuracy: meanOf(tf.cast(right, 'float32'), known) },
      };
    },
  };
}

/** The mean, or that over the images which have a label. */
function meanOf(values: tf.Tensor, known: tf.Tensor | undefined): tf.Scalar {
  if (known === undefined) return tf.mean(values);
  return tf.div(tf.sum(tf.mul(known, values)), tf.maximum(1, tf.sum(known)));
}
