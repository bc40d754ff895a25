import { fusedMean, valueAndGrad } from '@spatial-ensemble/engine';
import { stopGradient, type Classified, type Network, type Tensors, type Variables } from '@spatial-ensemble/nn';
import type { TeacherNumber } from '@spatial-ensemble/teacher';
import type { At, Batch, Metrics, PartlyKnown } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { adversarialViews } from './adversary.ts';
import { labelQuality, pseudoLabels, supervisedLoss, unsupervisedLoss } from './loss.ts';
import { optimiserOf, scaled, teacherFor, type FixMatchState } from './model.ts';
import type { FixMatchOwn } from './spec.ts';

/** The unlabelled stream is not there in a supervised run, which does not look at it. */
export type FixMatchBatch = Batch<'labelled', 'weak' | 'labels'> &
  Batch<'unlabelled', 'weak' | 'strong' | 'labels'> &
  PartlyKnown<'unlabelled'>;
export type FixMatchNumber = 'learningRate' | TeacherNumber;
type Step = (state: FixMatchState, batch: FixMatchBatch, at: At<FixMatchNumber>) => readonly [FixMatchState, Metrics];

/**
 * One training step, pure: of a process's rows of the batch, where several share it. FixMatch's interleaving of the batch (google-research/fixmatch@d4985a15 libml/utils.py)
 * changes nothing on one device: batch norm sees the same images in another order.
 */
export function fixMatchStep(spec: FixMatchOwn, network: Network<Classified>): Step {
  const { from, threshold, weight } = spec.pseudoLabels;
  const optimiser = optimiserOf(spec, network);
  const follower = teacherFor(spec, network);

  return (state, { labelled, unlabelled }, at) => {
    const { student } = state;
    const x = scaled(labelled.weak);
    const u = from === 'none' ? undefined : { weak: scaled(unlabelled.weak), strong: scaled(unlabelled.strong) };

    // Forward: the teacher labels the weak views. Where it is the student, that goes by the same path and mode.
    const teacher = follower.before(state, at);
    const teaches = u !== undefined && from === 'teacher';
    const taught = teaches ? network.apply(teacher.variables, u.weak, { mode: 'eval' }).logits : undefined;

    // What the student learns of unlabelled images: the strong views, or what an adversary makes of them.
    const strong =
      spec.adversarial && taught
        ? adversarialViews(
            spec.adversarial,
            network,
            student,
            unlabelled.strong,
            pseudoLabels(taught, threshold),
            at.key,
          )
        : u?.strong;

    // Loss and gradient. Whatever the student sees passes through it as one batch.
    const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
      const views = { labelled: x, weak: teaches ? undefined : u?.weak, strong };
      const { logits, buffers } = asOne(network, { ...student, params }, views);
      const supervised = supervisedLoss(logits.labelled, labelled.labels);
      const labelling = taught ?? (logits.weak && stopGradient(logits.weak));
      if (labelling === undefined || logits.strong === undefined)
        return { loss: supervised, aux: { buffers, metrics: { supervisedLoss: supervised } } };

      const targets = pseudoLabels(labelling, threshold);
      const unsupervised = unsupervisedLoss(logits.strong, targets);
      const total: tf.Scalar = tf.add(supervised, tf.mul(weight, unsupervised));
      const losses = { supervisedLoss: supervised, unsupervisedLoss: unsupervised };
      return {
        loss: total,
        aux: { buffers, metrics: { ...losses, ...labelQuality(targets, unlabelled.labels, unlabelled.known) } },
      };
    })(student.params);

    // Optimise, by the mean of all processes' gradients.
    const { learningRate } = at.scalars;
    const next = optimiser.update({ params: student.params, grads: fusedMean(grads), slots: state, learningRate });
    const learnt = { student: { params: next.params, buffers: aux.buffers }, ...next.slots };

    // Smooth.
    const followed = follower.after(teacher, learnt.student, at);
    return [
      { ...learnt, ...followed.state },
      { loss, ...aux.metrics, ...followed.metrics },
    ];
  };
}

type Views = { readonly [name: string]: tf.Tensor4D | undefined };
type LogitsOf<V extends Views> = { readonly [name in keyof V]: tf.Tensor | Extract<V[name], undefined> };

/** The logits of several batches, or of those that there are, which pass through the network as one. */
function asOne<V extends Views>(
  network: Network<Classified>,
  variables: Variables,
  views: V,
): { readonly logits: LogitsOf<V>; readonly buffers: Tensors } {
  const given = Object.entries(views).flatMap(([name, view]) => (view === undefined ? [] : [{ name, view }]));
  const batch = tf.concat(given.map(({ view }) => view));
  const { logits, buffers } = network.apply(variables, batch, { mode: 'train' });
  const sizes = given.map(({ view }) => view.shape[0]);
  const parts = given.length === 1 ? [logits] : tf.split(logits, sizes);
  return { logits: Object.fromEntries(given.map(({ name }, i) => [name, parts[i]])) as LogitsOf<V>, buffers };
}
