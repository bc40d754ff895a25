import type { TeacherSpec } from './spec.ts';

/** What keeps a teacher as it was before the first step for good: a share of 1 that never falls and is not warmed up. */
export function teacherMoves(teacher: TeacherSpec): { readonly key: string; readonly says: string }[] {
  if ('warmUp' in teacher && teacher.warmUp !== undefined) return [];
  return (['momentum', 'preserve'] as const).flatMap((name) => {
    const share = name in teacher ? (teacher as { readonly [name: string]: unknown })[name] : undefined;
    const { kind, value } = (share ?? { kind: 'constant', value: 0 }) as {
      readonly kind: string;
      readonly value: number;
    };
    return value === 1 && (kind === 'constant' || kind === 'cosine')
      ? [{ key: `teacher.${name}`, says: 'is 1 at every step: the teacher would stay as it was before the first' }]
      : [];
  });
}
