import type { AnyKey } from '@spatial-ensemble/engine';
import {
  overMicroBatches,
  perturbed,
  shares,
  standardisedShares,
  startDraws,
  type Network,
  type Variables,
} from '@spatial-ensemble/nn';
import type { Projected } from '@spatial-ensemble/self-supervised';
import type * as tf from '@tensorflow/tfjs-core';
import { contrastiveLoss } from './loss.ts';
import type { MocoOwn } from './spec.ts';

interface Given {
  /** Bytes. */
  readonly view: tf.Tensor;
  /** Of the other view, at length 1. */
  readonly keys: tf.Tensor2D;
  readonly queue: tf.Tensor2D;
  readonly key: AnyKey;
}

/**
 * Views, each moved to where the student's query finds its key worst among those of the queue.
 *
 * @param attacked the student as adversarial images pass through it
 * @param count micro-batches that pass through the network one after the other
 * @returns standardised, as the network takes them
 */
export function adversarialQueries(
  adversarial: NonNullable<MocoOwn['adversarial']>,
  { network: standard, temperature }: MocoOwn,
  attacked: Network<Projected>,
  student: Variables,
  count: number,
  { view, keys, queue, key }: Given,
): tf.Tensor4D {
  const images = shares(view);
  const drawn = startDraws(key.fold('adversary'), images);
  const { rows } = overMicroBatches(count, { images, drawn, keys }, (part) => {
    const worst = perturbed(part.images, part.drawn, adversarial, (near) => {
      const { projection } = attacked.apply(student, standardisedShares(near, standard), { mode: 'eval' });
      return contrastiveLoss(projection, part.keys, queue, temperature).loss;
    });
    return { means: {}, rows: standardisedShares(worst, standard) };
  });
  return rows;
}
