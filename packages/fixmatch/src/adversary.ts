import { softmaxCrossEntropy, type AnyKey } from '@spatial-ensemble/engine';
import { perturbed, shares, startDraws, type Classified, type Network, type Variables } from '@spatial-ensemble/nn';
import * as tf from '@tensorflow/tfjs-core';
import type { PseudoLabels } from './loss.ts';
import { ofShare } from './model.ts';
import type { FixMatchOwn } from './spec.ts';

/**
 * Strong views, moved to where the student errs most from the accepted pseudo-labels; without an accepted one an image
 * stays at its start. The student is in eval mode, as in MadryLab/robustness@0e24524d robustness/attacker.py
 * (AttackerModel.forward), so that no image depends on others.
 *
 * @param strong bytes `[n, height, width, channels]`
 * @returns float32 in [−1, 1]
 */
export function adversarialViews(
  adversarial: NonNullable<FixMatchOwn['adversarial']>,
  network: Network<Classified>,
  student: Variables,
  strong: tf.Tensor,
  { labels, accepted }: PseudoLabels,
  key: AnyKey,
): tf.Tensor4D {
  const views = shares(strong);
  const worst = perturbed(views, startDraws(key.fold('adversary'), views), adversarial, (images) => {
    const { logits } = network.apply(student, ofShare(images), { mode: 'eval' });
    return tf.sum(tf.mul(accepted, softmaxCrossEntropy(logits, labels)));
  });
  return ofShare(worst);
}
