import { valueAndGrad } from '@spatial-ensemble/engine';
import { spread, standardised, stopGradient, type Tensors } from '@spatial-ensemble/nn';
import { follow, teacherUnits } from '@spatial-ensemble/teacher';
import type { At, Batch, Scalars } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { regressionLoss } from './loss.ts';
import { networksOf, optimiserOf, probeOf, type ByolState } from './model.ts';
import type { ByolSpec } from './spec.ts';

type Images = [tf.Tensor4D, tf.Tensor4D];
type Step = (state: ByolState, batch: Batch, at: At) => readonly [ByolState, Scalars];

/** One training step, pure. Every forward is in train mode, and each view has its own batch statistics. */
export function byolStep(spec: ByolSpec): Step {
  const networks = networksOf(spec);
  const { online, target } = networks;
  const optimiser = optimiserOf(spec, networks);
  const units = teacherUnits(spec.teacher, target.metas.params);
  const probe = probeOf(spec);

  return ({ student, teacher: before, probe: probed, ...slots }, { unlabelled }, { scalars, key }) => {
    const followed = (old: typeof before, now: typeof student) =>
      spec.teacher.kind === 'none' || old === undefined
        ? undefined
        : follow(spec.teacher, old, now, units, scalars, key);
    const [x1, x2] = [unlabelled.one, unlabelled.two].map((view) => standardised(view!, spec.network)) as Images;

    // Forward: the teacher projects both views.
    const early = spec.follows === 'before-step' ? followed(before, student) : undefined;
    const teacher = early?.teacher ?? before;
    const t1 = teacher && target.apply(teacher, x1, { mode: 'train' });
    const t2 = t1 && target.apply({ ...teacher, buffers: t1.buffers }, x2, { mode: 'train' });

    // Loss and gradient: the student predicts of each view what the teacher makes of the other.
    const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
      const s1 = online.apply({ ...student, params }, x1, { mode: 'train' });
      const s2 = online.apply({ params, buffers: s1.buffers }, x2, { mode: 'train' });
      const [z1, z2] = [(t1 ?? s1).projection, (t2 ?? s2).projection].map((z) => stopGradient(z) as tf.Tensor2D);
      const total: tf.Scalar = tf.add(regressionLoss(s1.prediction, z2!), regressionLoss(s2.prediction, z1!));
      return { loss: total, aux: { buffers: s2.buffers, features: s1.features, spread: spread(s1.projection) } };
    })(student.params);

    // Optimise.
    const next = optimiser.update({ params: student.params, grads, slots, learningRate: scalars.learningRate });
    const learnt = { student: { params: next.params, buffers: aux.buffers }, ...next.slots };
    const read = probe.step(probed, aux.features, unlabelled.labels, scalars.probeLearningRate);
    const state = { ...learnt, probe: read.state };
    const metrics = { loss, spread: aux.spread, ...read.metrics };
    if (spec.teacher.kind === 'none' || teacher === undefined) return [state, metrics];

    // Smooth.
    const own = spec.teacher.buffers === 'own' ? { ...teacher, buffers: t2!.buffers } : teacher;
    const { metrics: shown, teacher: after } = early ? { ...early, teacher: own } : followed(own, learnt.student)!;
    return [
      { ...state, teacher: after },
      { ...metrics, ...shown },
    ];
  };
}
