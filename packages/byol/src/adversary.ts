import type { AnyKey } from '@spatial-ensemble/engine';
import {
  perturbed,
  shares,
  standardisedShares,
  startDraws,
  stopGradient,
  type Network,
  type Variables,
} from '@spatial-ensemble/nn';
import type { Projected } from '@spatial-ensemble/self-supervised';
import type * as tf from '@tensorflow/tfjs-core';
import { regressionLoss } from './loss.ts';
import type { Predicted } from './model.ts';
import type { ByolOwn } from './spec.ts';

interface Given {
  /** Bytes. */
  readonly views: readonly [tf.Tensor, tf.Tensor];
  /** What the teacher makes of each, as it is. */
  readonly targets: { readonly one: Projected; readonly two: Projected };
  readonly key: AnyKey;
}

/**
 * Both views, each moved to where the student's prediction of it is farthest from the teacher's projection of the other.
 *
 * @param attacked the student as adversarial images pass through it
 * @returns standardised, as the network takes them
 */
export function adversarialViews(
  adversarial: NonNullable<ByolOwn['adversarial']>,
  standard: ByolOwn['network'],
  attacked: Network<Predicted>,
  student: Variables,
  { views, targets, key }: Given,
): readonly [tf.Tensor4D, tf.Tensor4D] {
  const moved = (view: tf.Tensor, other: Projected, name: string): tf.Tensor4D => {
    const images = shares(view);
    const target = stopGradient(other.projection) as tf.Tensor2D;
    const drawn = startDraws(key.fold('adversary').fold(name), images);
    const worst = perturbed(images, drawn, adversarial, (near) => {
      const { prediction } = attacked.apply(student, standardisedShares(near, standard), { mode: 'eval' });
      return regressionLoss(prediction, target);
    });
    return standardisedShares(worst, standard);
  };
  return [moved(views[0], targets.two, 'one'), moved(views[1], targets.one, 'two')];
}
