import { partOf, type Metas, type Network, type Variables } from '@spatial-ensemble/nn';
import type { Key } from '@spatial-ensemble/random';
import { firstTeacher, follow, teacherUnits, type TeacherMetrics, type Told } from './follow.ts';
import type { Follower, TeacherSpec } from './spec.ts';

/**
 * When a teacher follows: after the optimiser, so that it holds the student that has just learnt; or at the start of
 * the next step, so that it lags by one.
 */
export type Follows = 'after-step' | 'before-step';

/** What a state holds of a student and its teacher. */
export interface Pair {
  readonly student: Variables;
  /** Absent where the student is its own teacher (`none`). */
  readonly teacher?: Variables;
}

/** The teacher of one step. */
export interface Teaching {
  /** The variables to make targets with: the student's where it teaches itself. */
  readonly variables: Variables;
  /** Whether they are the student's own, so that what it makes of an image is known already. */
  readonly itself: boolean;
  /** What there is to say of an update that was made before the step. */
  readonly metrics: TeacherMetrics | undefined;
}

/** What a step keeps of its teacher: nothing at all, where the student teaches itself. */
export interface Taught {
  readonly state: { readonly teacher?: Variables };
  readonly metrics: TeacherMetrics | { readonly [name in never]: never };
}

/** A method's teacher of whatever kind, as pure functions. */
export interface Teacher {
  /** What the state before the first step holds of it. `key` is that of the run's initial values. */
  first(student: Variables, key: Key): { readonly teacher?: Variables };
  /** In front of the forward passes. */
  before(state: Pair, told: Told): Teaching;
  /**
   * Behind the optimiser.
   *
   * @param student after its update.
   * @param statistics the running statistics after the teacher's own forward passes in train mode, which it keeps where
   *   its buffers are its `own`; absent: it made none.
   */
  after(teaching: Teaching, student: Variables, told: Told, statistics?: Variables['buffers']): Taught;
}

/**
 * The teacher of a spec.
 *
 * @param network its architecture: the student's, or the part of it that the teacher has too.
 * @param unseen the buffers that its own forward passes never renew, as the statistics of adversarial images where the
 *   student alone sees such. Where it keeps its `own` buffers, these follow the student's by the momentum of its
 *   parameters (`smooth`): they would stay as they were initialised.
 */
export function teacherOf(
  spec: TeacherSpec,
  network: Pick<Network<object>, 'metas' | 'init'>,
  follows: Follows,
  unseen: Metas = {},
): Teacher {
  return spec.kind === 'none' ? ITSELF : follower(spec, network, follows, unseen);
}

/** The student as its own teacher. */
const ITSELF: Teacher = {
  first: () => ({}),
  before: ({ student }) => ({ variables: student, itself: true, metrics: undefined }),
  after: () => ({ state: {}, metrics: {} }),
};

function follower(
  spec: Follower,
  { metas, init }: Pick<Network<object>, 'metas' | 'init'>,
  follows: Follows,
  unseen: Metas,
): Teacher {
  const units = teacherUnits(spec, metas.params);
  return {
    first(student, key) {
      const shared = {
        params: partOf(student.params, metas.params, 'the student'),
        buffers: partOf(student.buffers, metas.buffers, 'the student'),
      };
      const independent = (): Variables => init(key.fold('teacher'));
      return { teacher: firstTeacher(spec, shared, units, independent, key.fold('first-copy')) };
    },
    before({ student, teacher }, told) {
      if (teacher === undefined)
        throw new Error(`the state has no teacher, and a teacher of the kind ${spec.kind} has variables of its own`);
      if (follows === 'after-step') return { variables: teacher, itself: false, metrics: undefined };
      const followed = follow(spec, teacher, student, units, told, unseen);
      return { variables: followed.teacher, itself: false, metrics: followed.metrics };
    },
    after({ variables, metrics }, student, told, statistics) {
      const own = spec.buffers === 'own' && statistics !== undefined;
      const teacher = own ? { params: variables.params, buffers: statistics } : variables;
      if (metrics !== undefined) return { state: { teacher }, metrics };
      const followed = follow(spec, teacher, student, units, told, unseen);
      return { state: { teacher: followed.teacher }, metrics: followed.metrics };
    },
  };
}
