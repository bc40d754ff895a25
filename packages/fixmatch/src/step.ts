import { keyed, valueAndGrad } from '@spatial-ensemble/engine';
import { relativeDistance, type Tensors } from '@spatial-ensemble/nn';
import { unitMask } from '@spatial-ensemble/random';
import { smooth, smoothBuffers, unitsOf } from '@spatial-ensemble/smoothing';
import type { At, Batch, Metrics } from '@spatial-ensemble/training';
import { objective, pseudoLabels } from './loss.ts';
import { classifier, optimiser, scaled, type FixMatchState } from './model.ts';
import type { FixMatchSpec } from './spec.ts';

/**
 * One training step as a pure function: forward, loss, gradient, optimise, smooth. (FixMatch interleaves its batch
 * over devices; on one device that changes nothing, methods.md 3.3.)
 */
export function fixMatchStep(spec: FixMatchSpec) {
  const network = classifier(spec);
  const { update } = optimiser(spec, network.metas.params);
  const units = unitsOf(network.metas.params, 'granularity' in spec.teacher ? spec.teacher.granularity : 'tensor');
  const loss = objective(spec);
  return (state: FixMatchState, batch: Batch, { scalars, key }: At): readonly [FixMatchState, Metrics] => {
    const { student } = state;
    const views = { labelled: scaled(labelled!.weak) };

    // The teacher labels the weak views. Without one of its own the student is the teacher, by the same path and mode.
    const teacher = state.teacher ?? student;
    const labels =
      spec.pseudoLabels.from === 'teacher'
        ? pseudoLabels(network.apply(teacher, scaled(batch.unlabelled.weak), { mode: 'eval' }).logits, threshold)
        : undefined;

    // The student learns from the labelled images and the strong views, in one batch.
    const learnt = valueAndGrad((params: Tensors) => {
    })(student.params);
  };
}
