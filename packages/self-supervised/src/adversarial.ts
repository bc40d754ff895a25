import { network, secondNorms, type Metas, type Module, type Network, type SecondNames } from '@spatial-ensemble/nn';
import { perturbationSpec } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';

/**
 * How a method makes adversarial views, and what its student learns of them. The last two have no default, so that they
 * are part of a run's identity where they are asked for alone.
 */
export const adversarialField = perturbationSpec
  .safeExtend({
    /**
     * What the student learns of. Absent: of adversarial views, which take the clean ones' place. `dual`: of clean views
     * and of adversarial ones, and the loss is the mean of either's: ACL's dual stream
     * (VITA-Group/Adversarial-Contrastive-Learning@137f7cd7 train_simCLR.py, `--ACL_DS`).
     */
    stream: z.literal('dual').optional(),
    /**
     * Whose batch norm adversarial images pass through. Absent: that of clean ones. `dual`: one of their own, statistics,
     * scales and shifts, beside every batch norm of the student; the adversary looks by it too
     * (VITA-Group/Adversarial-Contrastive-Learning@137f7cd7 train_simCLR.py and models/resnet_multi_bn.py). Targets, probe
     * and evaluations are by that of clean images, unless an evaluation says `norms: 'adversarial'`. Needs `stream`.
     */
    batchNorm: z.literal('dual').optional(),
  })
  .check(({ value: { stream, batchNorm }, issues }) => {
    if (batchNorm === 'dual' && stream !== 'dual')
      issues.push({
        code: 'custom',
        input: batchNorm,
        path: ['batchNorm'],
        message:
          "needs stream: 'dual': where the student learns of adversarial views alone, the batch norm of clean ones would learn nothing",
      });
  });

/** The part of a spec that says how adversarial views are learnt of. */
export interface LearnsAdversarially {
  readonly adversarial?: z.output<typeof adversarialField> | undefined;
}

/** A network by the set of norms that images pass through. */
export interface ByNorms<Out> {
  readonly clean: Network<Out>;
  /** The same network, unless adversarial images have norms of their own. */
  readonly adversarial: Network<Out>;
  /** Names of the variables of those norms, by the clean ones'. */
  readonly second?: SecondNames;
}

/** @throws Error if adversarial images are to have norms of their own, and there are none that keep statistics */
export function byNorms<Out extends object>(
  root: Module<tf.Tensor, Out>,
  { adversarial }: LearnsAdversarially,
): ByNorms<Out> {
  if (adversarial?.batchNorm !== 'dual') {
    const one = network(root);
    return { clean: one, adversarial: one };
  }
  const { first, second, names } = secondNorms(root, 'adversarial');
  return { clean: network(first), adversarial: network(second), second: names };
}

/** The statistics of adversarial images, which a teacher never sees. */
export function unseenBy({ clean: { metas }, second = {} }: ByNorms<object>): Metas {
  const seconds = new Set(Object.values(second));
  return Object.fromEntries(Object.entries(metas.buffers).filter(([name]) => seconds.has(name)));
}

/**
 * What the student learns of: clean images; adversarial ones in their place; or both, the clean ones in front.
 *
 * @param worse what an adversary makes of them; undefined: there is none.
 */
export function streamsOf<Images>(
  { adversarial }: LearnsAdversarially,
  clean: Images,
  worse: Images | undefined,
): readonly [first: Images, second?: Images] {
  if (worse === undefined) return [clean];
  return adversarial?.stream === 'dual' ? [clean, worse] : [worse];
}

/** The loss of the first stream, or the mean of both. */
export function meanLoss(first: tf.Scalar, second: tf.Scalar | undefined): tf.Scalar {
  return second === undefined ? first : tf.div(tf.add(first, second), 2);
}
