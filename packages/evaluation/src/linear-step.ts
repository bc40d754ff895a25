import { fusedMean, softmaxCrossEntropy, valueAndGrad } from '@spatial-ensemble/engine';
import { partOf, type Network, type Optimiser, type Tensors, type Variables } from '@spatial-ensemble/nn';
import type { MetricDeclarations } from '@spatial-ensemble/record';
import type { At, Scalars } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';

/** All that a linear evaluation keeps: the encoder stays as it was, the classifier learns. */
export interface LinearState {
  /** Of the encoder and of the classifier, by their names. */
  readonly variables: Variables;
  /** Of the classifier alone. */
  readonly velocity: Tensors;
}

/** What a step is made of. */
export interface LinearParts {
  readonly head: Network<{ readonly logits: tf.Tensor }>;
  readonly optimiser: Optimiser<'velocity'>;
  /** Features `[n, f]` of images, in evaluation mode. */
  readonly encode: (variables: Variables, images: tf.Tensor) => tf.Tensor;
}

/** What a step shows. */
export const LINEAR_METRICS = {
  loss: { title: 'loss', meaning: 'cross entropy of the classifier', unit: 'nats', whose: 'none', summed: 'mean' },
  accuracy: {
    title: 'classifier right',
    meaning: 'on the training images, before the update',
    unit: '%',
    whose: 'none',
    summed: 'mean',
  },
} as const satisfies MetricDeclarations;

/** Images, or the features that were made of them once. */
export type LinearBatch = {
  readonly labelled: { readonly labels: tf.Tensor; readonly image?: tf.Tensor; readonly features?: tf.Tensor };
};
type Step = (state: LinearState, batch: LinearBatch, at: At<'learningRate'>) => readonly [LinearState, Scalars];

/**
 * One step of a linear classifier on features of a frozen encoder, pure: of a process's rows, where several share a batch. The features come with the batch where they
 * are computed once, else from its images; they are outside the derivative either way.
 */
export function linearStep({ head, optimiser, encode }: LinearParts): Step {
  return ({ variables, ...slots }, { labelled }, { scalars }) => {
    const { labels, image } = labelled;
    const features = labelled.features ?? (image && encode(variables, image));
    if (features === undefined) throw new Error('a batch of a linear evaluation has images, or their features');

    const own = ownOf(head, variables);
    const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
      const { logits, buffers } = head.apply({ ...own, params }, features, { mode: 'train' });
      const value = tf.mean(softmaxCrossEntropy(logits, labels)) as tf.Scalar;
      return { loss: value, aux: { logits, buffers } };
    })(own.params);

    const { learningRate } = scalars;
    const next = optimiser.update({ params: own.params, grads: fusedMean(grads), slots, learningRate });
    const right = tf.equal(tf.argMax(aux.logits, 1), labels);
    return [
      {
        variables: {
          params: { ...variables.params, ...next.params },
          buffers: { ...variables.buffers, ...aux.buffers },
        },
        ...next.slots,
      },
      { loss, accuracy: tf.mean(tf.cast(right, 'float32')) },
    ];
  };
}

/** The variables of a network among those of several. */
function ownOf({ metas }: Network<object>, { params, buffers }: Variables): Variables {
  const whose = 'the state of a linear evaluation';
  return { params: partOf(params, metas.params, whose), buffers: partOf(buffers, metas.buffers, whose) };
}
