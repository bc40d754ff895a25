import type { TeacherMetrics } from './follow.ts';
import { teacherEvidence } from './shares.ts';
import type { TeacherSpec } from './spec.ts';

/** What a teacher's update shows, for a method's declaration of its metrics. */
export const TEACHER_METRICS = {
  distance: {
    title: 'relative distance',
    meaning: '‖teacher − student‖ ÷ ‖student‖, over the parameters',
    unit: '',
    whose: 'teacher',
    summed: 'mean',
  },
  preserveRate: {
    title: 'units kept',
    meaning: 'the share of draws that kept the teacher’s value',
    unit: '',
    whose: 'teacher',
    summed: 'mean',
    evidence: 'all',
  },
  effectiveMomentum: {
    title: 'effective momentum',
    meaning: '1 − (1 − p)(1 − m), p the chance that a unit is kept, m the momentum of the step',
    unit: '',
    whose: 'teacher',
    summed: 'mean',
  },
} as const satisfies { readonly [name in keyof TeacherMetrics]: object };

/** A number that follows from the schedules of a teacher, declared. */
export interface TeacherShows {
  readonly name: string;
  readonly title: string;
  readonly meaning: string;
  readonly unit: string;
  readonly over: 'schedule';
  readonly value: number;
}

/** `teacherEvidence` as a result holds it; nothing where there is no teacher. */
export function teacherShows(teacher: TeacherSpec, steps: number): readonly TeacherShows[] {
  const known = teacherEvidence(teacher, steps);
  if (known === undefined) return [];
  const meanMomentum = 'mean over the steps of 1 − (1 − p)(1 − m), p the chance that a unit is kept, m the momentum of that step'; // prettier-ignore
  return [
    shows('effectiveMomentum', 'effective momentum', meanMomentum, '', known.effectiveMomentum),
    shows('meanAge', 'mean age', 'of the student’s values in the teacher after the last step', 'steps', known.meanAge),
  ];
}

function shows(name: string, title: string, meaning: string, unit: string, value: number): TeacherShows {
  return { name, title, meaning, unit, over: 'schedule', value };
}
