import type { Score } from '@spatial-ensemble/record';
import type { Method } from '../method.ts';

/** What is counted on the test images. */
export function scoresOf<Spec>(method: Method<Spec>, spec: Spec): readonly Score[] {
  return method.scores?.(spec) ?? [];
}
