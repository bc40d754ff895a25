import {
  agedBy,
  effectiveMomentum,
  schedule,
  warmedShares,
  type ScheduleSpec,
  type Shares,
} from '@spatial-ensemble/smoothing';
import type { TeacherSpec } from './spec.ts';

/** m and p of an update after schedule and warm-up, and 1 − (1 − p)(1 − m); a kind that has none has 0. */
interface Told extends Shares {
  readonly effectiveMomentum: number;
}

function sharesOf(teacher: TeacherSpec, steps: number): (step: number) => Told {
  const zero: ScheduleSpec = { kind: 'constant', value: 0 };
  const m = schedule('momentum' in teacher ? teacher.momentum : zero, 'momentum');
  const p = schedule('preserve' in teacher ? teacher.preserve : zero, 'preserve probability');
  return (step) => {
    const declared = { momentum: m(step, steps), preserve: p(step, steps) };
    const { momentum, preserve } =
      'warmUp' in teacher && teacher.warmUp !== undefined ? warmedShares(declared, step) : declared;
    return { momentum, preserve, effectiveMomentum: effectiveMomentum(momentum, preserve) };
  };
}

/** The scheduled numbers that a teacher's update is told, by name; a method feeds them with its own. */
export type TeacherNumber = 'momentumComplement' | 'preserve' | 'effectiveMomentum';

/** The numbers of a step that the teacher's update takes, in float64. */
export function teacherScalars(
  teacher: TeacherSpec,
  step: number,
  steps: number,
): { readonly [name in TeacherNumber]: number } {
  const { momentum, preserve, effectiveMomentum } = sharesOf(teacher, steps)(step);
  return { momentumComplement: 1 - momentum, preserve, effectiveMomentum };
}

/** Mean effective momentum over a run, and the mean age of the teacher's weights at its end, in steps. */
export function teacherEvidence(
  teacher: TeacherSpec,
  steps: number,
): { readonly effectiveMomentum: number; readonly meanAge: number } | undefined {
  if (teacher.kind === 'none') return undefined;
  const shares = sharesOf(teacher, steps);
  let [sum, meanAge] = [0, 0];
  for (let step = 0; step < steps; step++) {
    const { effectiveMomentum } = shares(step);
    sum += effectiveMomentum;
    meanAge = agedBy(meanAge, effectiveMomentum);
  }
  return { effectiveMomentum: sum / steps, meanAge };
}
