import { fusedMean, valueAndGrad } from '@spatial-ensemble/engine';
import { overMicroBatches, spread, standardised, stopGradient, type Tensors, type Encoder } from '@spatial-ensemble/nn';
import { meanLoss, probeOf, streamsOf, type StepNumber, type TwoViews } from '@spatial-ensemble/self-supervised';
import type { At, Scalars } from '@spatial-ensemble/training';
import type * as tf from '@tensorflow/tfjs-core';
import { adversarialQueries } from './adversary.ts';
import { contrastiveLoss, enqueue } from './loss.ts';
import { networksOf, optimiserOf, teacherFor, type MocoState } from './model.ts';
import { inOrder, shuffle } from './shuffle.ts';
import type { MocoOwn } from './spec.ts';

type Step = (state: MocoState, batch: TwoViews, at: At<StepNumber>) => readonly [MocoState, Scalars];

/**
 * One training step, pure: of a process's rows of the batch, where several share it. Both networks forward in train mode; the teacher follows before it makes its keys.
 *
 * @param encoder that of one micro-batch.
 * @param count how many of them a process's rows are.
 */
export function mocoStep(spec: MocoOwn, encoder: Encoder, count = 1): Step {
  const networks = networksOf(spec, encoder);
  const { clean: projecting, adversarial: attacked } = networks;
  const optimiser = optimiserOf(spec, networks);
  const follower = teacherFor(spec, networks);
  const probe = probeOf(spec, encoder);

  return (state, { unlabelled }, at) => {
    const { student, queue } = state;
    const { learningRate, probeLearningRate } = at.scalars;
    const [x1, x2] = [standardised(unlabelled.one, spec.network), standardised(unlabelled.two, spec.network)];

    // Smooth, then forward: the teacher's keys of the second view, in a drawn order and back.
    const teacher = follower.before(state, at);
    const order = spec.shuffle ? shuffle(at.key, spec.batch) : inOrder();
    const { means: statistics, rows: projections } = overMicroBatches(count, order.there(x2), (images) => {
      const { projection, buffers } = projecting.apply(teacher.variables, images, { mode: 'train' });
      return { means: buffers, rows: projection };
    });
    const made = order.back(projections);
    const keys = stopGradient(made.own);

    // What the student learns of: the first views, what an adversary makes of them, or both.
    const worse = spec.adversarial
      ? adversarialQueries(spec.adversarial, spec, attacked, student, count, { view: unlabelled.one, keys, queue, key: at.key }) // prettier-ignore
      : undefined;
    const [seen, beside] = streamsOf(spec, x1, worse);
    const streams = beside === undefined ? [seen] : [seen, beside];

    // Loss and gradient: each query is to find its key among those of the queue.
    const { means: learning, rows } = overMicroBatches(count, { streams, keys }, (given) => {
      const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
        const query = (network: typeof projecting, buffers: Tensors, images: tf.Tensor) => {
          const out = network.apply({ params, buffers }, images, { mode: 'train' });
          return { ...out, ...contrastiveLoss(out.projection, given.keys, queue, spec.temperature) };
        };
        const [x, worseX] = given.streams;
        const first = query(projecting, student.buffers, x!);
        const second = worseX && query(attacked, first.buffers, worseX);
        const { features, projection, accuracy } = first;
        const { buffers } = second ?? first;
        return {
          loss: meanLoss(first.loss, second?.loss),
          aux: { means: { buffers, accuracy }, rows: { features, projection } },
        };
      })(student.params);
      return { means: { ...aux.means, loss, grads }, rows: aux.rows };
    });
    const { loss, grads, buffers, accuracy } = learning;

    // Optimise, by the mean of all processes' gradients, and put all their keys into the queue.
    const next = optimiser.update({ params: student.params, grads: fusedMean(grads), slots: state, learningRate });
    const read = probe.step(state.probe, rows.features, unlabelled.labels, probeLearningRate, unlabelled.known);
    const learnt = { student: { params: next.params, buffers }, ...next.slots };
    const queued = { queue: enqueue(queue, made.all), probe: read.state };
    const followed = follower.after(teacher, learnt.student, at, statistics);
    return [
      { ...learnt, ...queued, ...followed.state },
      { loss, contrastAccuracy: accuracy, spread: spread(rows.projection), ...read.metrics, ...followed.metrics },
    ];
  };
}
