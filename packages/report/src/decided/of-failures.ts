import type { Plan } from '@spatial-ensemble/record';

import { titleOf } from '../claims/comparison-text.ts';
import { type FailureOutcome, failureOutcomes } from '../claims/failure-outcomes.ts';
import { pairedOf } from '../claims/pairs.ts';
import type { Section } from '../rows.ts';
import { failuresAnchor } from '../section-names.ts';
import { exactShare } from '../statistics/exact-share.ts';
import type { Decided, Estimate } from './line.ts';

/**
 * The failure rates of a section. The estimate is what McNemar's exact test is of: among the seeds at which one arm alone
 * failed, the share of those at which it was the first, with the exact interval; 50 % where neither fails more often.
 */
export function failureLines(plan: Plan, section: Section): Decided[] {
  const { rows } = section;
  return failureOutcomes(plan, section).map(({ name, declared, discordance: found, ...outcome }) => {
    const [arm, over] = [titleOf(rows, declared.arm), titleOf(rows, declared.over)];
    const alone = found === null ? '' : ` (${found.first.length} of ${found.first.length + found.second.length})`;
    return {
      kind: 'failures',
      name,
      anchor: failuresAnchor(section, name),
      asked: declared.hypothesis,
      exploratory: outcome.exploratory,
      difference: `${arm}, of the seeds at which it or ${over} alone failed${alone}`,
      estimate: shareOf(found),
      on: [declared.arm, declared.over].flatMap(
        (one) => pairedOf(rows, { arm: one, over: declared.reference }, plan.study.headline).on,
      ),
      pairs: found?.seeds.length ?? 0,
      p: found?.p ?? null,
      adjusted: false,
      verdict: outcome.verdict,
      text: outcome.text,
      gates: [],
    };
  });
}

function shareOf(found: FailureOutcome['discordance']): Estimate | null {
  const [first, all] = [found?.first.length ?? 0, (found?.first.length ?? 0) + (found?.second.length ?? 0)];
  if (all === 0) return null;
  const [low, high] = exactShare(first, all);
  return { kind: 'share', value: (100 * first) / all, interval: [100 * low, 100 * high], unit: '%', smallest: null };
}
