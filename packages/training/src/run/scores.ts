import type { Method, Score } from '../method.ts';

/** What is counted on the test images: what the method says, or top-1 of teacher and student. */
export function scoresOf<Spec>(method: Method<Spec>, spec: Spec): readonly Score[] {
  if (method.predict === undefined) return [];
  if (method.scores !== undefined) return method.scores(spec);
  const name = method.predicts ?? 'accuracy';
  return (['teacher', 'student'] as const).map((of) => ({ name, of, network: of, top: 1 }));
}
