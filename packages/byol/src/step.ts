import { fusedMean, valueAndGrad } from '@spatial-ensemble/engine';
import { spread, standardised, stopGradient, type Network, type Tensors, type Variables } from '@spatial-ensemble/nn';
import { meanLoss, probeOf, streamsOf, type StepNumber, type TwoViews } from '@spatial-ensemble/self-supervised';
import type { At, Scalars } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { adversarialViews } from './adversary.ts';
import { regressionLoss } from './loss.ts';
import { networksOf, optimiserOf, teacherFor, type ByolState, type Given } from './model.ts';
import type { ByolOwn } from './spec.ts';

type Step = (state: ByolState, batch: TwoViews, at: At<StepNumber>) => readonly [ByolState, Scalars];
type Images = readonly [tf.Tensor4D, tf.Tensor4D];

/**
 * One training step, pure: of a process's rows of the batch, where several share it. Every forward is in train mode, and
 * each view has its own batch statistics.
 */
export function byolStep(spec: ByolOwn, given: Given): Step {
  const networks = networksOf(spec, given);
  const { online, attacked, target } = networks;
  const optimiser = optimiserOf(spec, networks);
  const follower = teacherFor(spec, networks);
  const probe = probeOf(spec, given.encoder);

  return (state, { unlabelled }, at) => {
    const { student } = state;
    const { learningRate, probeLearningRate } = at.scalars;
    const views: Images = [standardised(unlabelled.one, spec.network), standardised(unlabelled.two, spec.network)];

    // Forward: the teacher projects both views. What a student that teaches itself makes of them comes below, unless it
    // learns of what an adversary makes of them: targets are those of clean views.
    const teacher = follower.before(state, at);
    const taught = teacher.itself ? undefined : both(target, teacher.variables, views);
    const clean = taught ?? (spec.adversarial && both(target, student, views));

    // What the student learns of: the views, what an adversary makes of them, or both.
    const worse =
      spec.adversarial && clean
        ? adversarialViews(spec.adversarial, spec.network, attacked, student, {
            views: [unlabelled.one, unlabelled.two],
            targets: clean,
            key: at.key,
          })
        : undefined;
    const [seen, beside] = streamsOf(spec, views, worse);

    // Loss and gradient: the student predicts of each view what the teacher makes of the other.
    const { loss, aux, grads } = valueAndGrad((params: Tensors) => {
      const first = both(online, { ...student, params }, seen);
      const second = beside && both(attacked, { params, buffers: first.buffers }, beside);
      const targets = clean ?? first;
      const z1 = stopGradient(targets.one.projection) as tf.Tensor2D;
      const z2 = stopGradient(targets.two.projection) as tf.Tensor2D;
      const of = ({ one, two }: typeof first): tf.Scalar =>
        tf.add(regressionLoss(one.prediction, z2), regressionLoss(two.prediction, z1));
      const total = meanLoss(of(first), second && of(second));
      const { features, projection } = first.one;
      return { loss: total, aux: { buffers: (second ?? first).buffers, features, spread: spread(projection) } };
    })(student.params);

    // Optimise, by the mean of all processes' gradients.
    const next = optimiser.update({ params: student.params, grads: fusedMean(grads), slots: state, learningRate });
    const learnt = { student: { params: next.params, buffers: aux.buffers }, ...next.slots };
    const read = probe.step(state.probe, aux.features, unlabelled.labels, probeLearningRate, unlabelled.known);

    // Smooth.
    const followed = follower.after(teacher, learnt.student, at, taught?.buffers);
    return [
      { ...learnt, probe: read.state, ...followed.state },
      { loss, spread: aux.spread, ...read.metrics, ...followed.metrics },
    ];
  };
}

/** Two views, one after the other: each moves the running statistics. */
function both<Out>(network: Network<Out>, { params, buffers }: Variables, [x1, x2]: Images) {
  const one = network.apply({ params, buffers }, x1, { mode: 'train' });
  const two = network.apply({ params, buffers: one.buffers }, x2, { mode: 'train' });
  return { one, two, buffers: two.buffers };
}
