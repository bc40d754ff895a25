import type { Plan } from '@spatial-ensemble/record';

import type { Section } from '../rows.ts';
import type { DecidedLine } from './line.ts';
import { claimLines } from './of-claims.ts';
import { factorLines } from './of-factors.ts';
import { failureLines } from './of-failures.ts';

/** All that a study is to decide in a section: claims, then factors, a series a line, then failure rates. */
export function decidedIn(plan: Plan, section: Section): DecidedLine[] {
  const all = [...claimLines(plan, section), ...factorLines(plan, section), ...failureLines(plan, section)];
  return all.map((one) => ({ plan, section, ...one }));
}
