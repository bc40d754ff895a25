import type { Schedule } from '@spatial-ensemble/nn';
import { teacherScalars, type TeacherNumber, type TeacherSpec } from '@spatial-ensemble/teacher';

/** The scheduled numbers of a step, by name. */
export type StepNumber = 'learningRate' | 'probeLearningRate' | TeacherNumber;

/** A rate that is given for 256 images, at a batch. */
export function rateOf(learningRate: number, batch: number): number {
  return (learningRate * batch) / 256;
}

/**
 * The numbers of each step of a run: the probe's rate follows the encoder's schedule.
 *
 * @param rate what the schedule's factor is of.
 */
export function numbersOf(
  { teacher, probe }: { readonly teacher: TeacherSpec; readonly probe: { readonly learningRate: number } },
  steps: number,
  rate: number,
  schedule: Schedule,
): (step: number) => { readonly [name in StepNumber]: number } {
  return (step) => {
    const factor = schedule(step, steps);
    return {
      learningRate: rate * factor,
      ...teacherScalars(teacher, step, steps),
      probeLearningRate: probe.learningRate * factor,
    };
  };
}
