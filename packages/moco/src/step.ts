import { fusedMean, valueAndGrad } from '@spatial-ensemble/engine';
import { overMicroBatches, spread, standardised, stopGradient, type Tensors, type Encoder } from '@spatial-ensemble/nn';
import { probeOf, type StepNumber, type TwoViews } from '@spatial-ensemble/self-supervised';
import type { At, Scalars } from '@spatial-ensemble/training';
import { adversarialQueries } from './adversary.ts';
import { contrastiveLoss, enqueue } from './loss.ts';
import { networkOf, optimiserOf, teacherFor, type MocoState } from './model.ts';
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
  const projecting = networkOf(spec, encoder);
  const optimiser = optimiserOf(spec, projecting);
  const follower = teacherFor(spec, projecting);
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

    // What the student learns of: the first views, or what an adversary makes of them.
    const seen = spec.adversarial
      ? adversarialQueries(spec.adversarial, spec, projecting, student, count, { view: unlabelled.one, keys, queue, key: at.key }) // prettier-ignore
      : x1;

    // Loss and gradient: each query is to find its key among those of the queue.
    const { means: learning, rows } = overMicroBatches(count, { x: seen, keys }, (given) => {
      const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
        const { projection, features, buffers } = projecting.apply({ ...student, params }, given.x, { mode: 'train' });
        const { loss: value, accuracy } = contrastiveLoss(projection, given.keys, queue, spec.temperature);
        return { loss: value, aux: { means: { buffers, accuracy }, rows: { features, projection } } };
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
