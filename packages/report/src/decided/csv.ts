import { csv } from '../csv.ts';
import { pageOf } from '../section-names.ts';
import type { IndexLine } from './index-lines.ts';
import { behindText, settingText } from './texts.ts';

/** What all studies are to decide, a line each: the rows of the table of all, with their numbers to six decimals. */
export function decidedCsv(lines: readonly IndexLine[]): string {
  return csv(
    lines.map(({ plan, section, estimate, ...line }) => ({
      study: plan.study.name,
      variant: section.variant?.name ?? '',
      tier: section.tier,
      setting: settingText({ plan, section }),
      kind: line.kind,
      name: line.name,
      claim: line.asked,
      exploratory: line.exploratory ? 'yes' : 'no',
      difference: line.difference,
      estimate_of: estimate?.kind ?? '',
      unit: estimate?.unit ?? '',
      estimate: estimate?.value ?? null,
      low_95: estimate?.interval?.[0] ?? null,
      high_95: estimate?.interval?.[1] ?? null,
      pairs: line.pairs,
      p: line.p,
      adjusted: line.p === null ? '' : line.adjusted ? 'yes' : 'no',
      verdict: line.verdict,
      text: line.text,
      gates: behindText(line.behind),
      place: `${pageOf(plan)}#${line.anchor}`,
    })),
  );
}
