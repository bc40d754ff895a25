export { teacherMoves } from './moves.ts';
export { teacherSpec, type Follower, type TeacherDefaults, type TeacherSpec } from './spec.ts';
export {
  drawsOf,
  firstTeacher,
  follow,
  partOf,
  teacherEvidence,
  teacherScalars,
  teacherUnits,
  type Followed,
} from './teacher.ts';
