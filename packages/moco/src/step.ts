import { valueAndGrad } from '@spatial-ensemble/engine';
import { spread, standardised, stopGradient, type Tensors } from '@spatial-ensemble/nn';
import { follow, teacherUnits } from '@spatial-ensemble/teacher';
import type { At, Batch, Metrics } from '@spatial-ensemble/training';
import type * as tf from '@tensorflow/tfjs-core';
import { contrastiveLoss, enqueue } from './loss.ts';
import { networksOf, optimiserOf, probeOf, type MocoState } from './model.ts';
import { shuffle } from './shuffle.ts';
import type { MocoSpec } from './spec.ts';

type Step = (state: MocoState, batch: Batch, at: At) => readonly [MocoState, Metrics];

/** One training step, pure. Both networks forward in train mode; the teacher follows before it makes its keys. */
export function mocoStep(spec: MocoSpec): Step {
  const networks = networksOf(spec);
  const { projecting } = networks;
  const optimiser = optimiserOf(spec, networks);
  const units = teacherUnits(spec.teacher, projecting.metas.params);
  const probe = probeOf(spec);

  return ({ student, velocity, teacher: old, queue, probe: probed }, { unlabelled }, { scalars, key }) => {
    const [x1, x2] = [unlabelled.one, unlabelled.two].map((view) => standardised(view!, spec.network));

    // Smooth, then forward: the teacher's keys of the second view, in a drawn order and back.
    const own = spec.teacher.kind === 'none' || old === undefined ? undefined : spec.teacher;
    const followed = own && follow(own, old!, student, units, scalars, key);
    const teacher = followed?.teacher ?? student;
    const order = spec.shuffle ? shuffle(key, spec.batch) : undefined;
    const made = projecting.apply(teacher, order?.there(x2!) ?? x2!, { mode: 'train' });
    const keys = stopGradient(order?.back(made.projection) ?? made.projection) as tf.Tensor2D;

    // Loss and gradient: each query is to find its key among those of the queue.
    const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
      const { projection, features, buffers } = projecting.apply({ ...student, params }, x1!, { mode: 'train' });
      const { loss: value, accuracy } = contrastiveLoss(projection, keys, queue, spec.temperature);
      return { loss: value, aux: { buffers, features, accuracy, spread: spread(projection) } };
    })(student.params);

    // Optimise, and put the keys into the queue.
    const next = optimiser.update({ params: student.params, grads, velocity, learningRate: scalars.learningRate });
    const read = probe.step(probed, aux.features, unlabelled.labels, scalars.probeLearningRate);
    const learnt = { student: { params: next.params, buffers: aux.buffers }, velocity: next.velocity };
    const state = { ...learnt, queue: enqueue(queue, keys), probe: read.state };
    const metrics = { loss, contrastAccuracy: aux.accuracy, spread: aux.spread, ...read.metrics };
    if (own === undefined) return [state, metrics];
    const buffers = own.buffers === 'own' ? made.buffers : teacher.buffers;
    return [
      { ...state, teacher: { ...teacher, buffers } },
      { ...metrics, ...followed!.metrics },
    ];
  };
}
