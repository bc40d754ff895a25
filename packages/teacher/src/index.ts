export { TEACHER_METRICS, teacherShows, type TeacherShows } from './declared.ts';
export { effectiveOf } from './effective.ts';
export { teacherMoves } from './moves.ts';
export type { TeacherMetrics, Told } from './follow.ts';
export { teacherEvidence, teacherScalars, type TeacherNumber } from './shares.ts';
export { teacherSpec, type TeacherDefaults, type TeacherSpec } from './spec.ts';
export { teacherOf, type Follows, type Pair, type Taught, type Teacher, type Teaching } from './teacher.ts';
