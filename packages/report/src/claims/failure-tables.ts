import type { Plan } from '@spatial-ensemble/record';

import type { Block, DrawnFigure } from '../blocks.ts';
import { csv, list } from '../csv.ts';
import type { Row, Section } from '../rows.ts';
import { failuresAnchor, placed } from '../section-names.ts';
import { exactShare } from '../statistics/exact-share.ts';
import { table, type Table } from '../tabular.ts';
import { ABSENT, count, plain, plural } from '../text.ts';
import { pText } from './claims-table.ts';
import { type FailureOutcome, failureOutcomes } from './failure-outcomes.ts';
import type { Failures } from './failures.ts';
import { titleOf } from './comparison-text.ts';

/** How often each arm failed, an arm a line. */
export function failedTable({ arms, declared }: FailureOutcome, rows: readonly Row[]): Table {
  return table(`Runs below ${titleOf(rows, declared.reference)}`, arms, [
    ['arm', 'l', ({ title }) => title],
    ['failed', 'r', ({ seeds, failed }) => `${failed.length} of ${seeds.length}`],
    ['share and 95 % interval', 'r', shareText],
    ['seeds that failed', 'l', ({ failed }) => failed.join(', ') || ABSENT],
  ]);
}

/** Whether one arm fails more often than another: McNemar's exact test. */
export function discordanceTable(outcome: FailureOutcome, section: Section): Table {
  const { rows } = section;
  const { arm, over } = outcome.declared;
  return table('McNemar’s exact test of failures', [outcome], [
    ['claim', 'l', ({ name, declared, exploratory }) => placed(failuresAnchor(section, name), `${declared.hypothesis}${exploratory ? ' (exploratory)' : ''}`)],
    ['seeds of both', 'r', ({ discordance: found }) => count(found?.seeds.length ?? 0)],
    [`${titleOf(rows, arm)} alone failed`, 'r', ({ discordance: found }) => (found === null ? ABSENT : count(found.first.length))],
    [`${titleOf(rows, over)} alone failed`, 'r', ({ discordance: found }) => (found === null ? ABSENT : count(found.second.length))],
    ['p', 'r', ({ discordance: found }) => pText(found?.p ?? null)],
    ['verdict', 'l', ({ text }) => text],
  ]); // prettier-ignore
}

const RULE_TEXT =
  'A run fails that ends below the reference of the same seed. Shares have the exact interval of Clopper and Pearson. ' +
  'McNemar’s exact test, two-sided, looks at the seeds at which one of both alone failed; at .05 it decides, once the ' +
  'planned seeds are there: on the side of the hypothesis it is supported, on the other refuted, else undecided. It stands ' +
  'alone, in no family with the claims. No smallest difference is declared, so that nothing is equivalent, and no number ' +
  'of seeds is known that would decide.';

/**
 * What a study's failure rates came to in a section.
 *
 * @param figures of a failure rate, by its name
 */
export function failureBlocks(
  plan: Plan,
  section: Section,
  figures: (rate: string) => readonly DrawnFigure[],
): Block[] {
  const outcomes = failureOutcomes(plan, section);
  if (outcomes.length === 0) return [];
  return [
    '### Failures',
    ...outcomes.flatMap((one): Block[] => [
      `${plain(one.declared.hypothesis)}: ${plural(one.declared.seeds, 'seed')} planned; stops ${plain(one.declared.stopping)}.`,
      ...(one.arms.length === 0 ? [] : [failedTable(one, section.rows)]),
      discordanceTable(one, section),
      ...figures(one.name),
    ]),
    RULE_TEXT,
  ];
}

/** The failure rates of all sections, an arm a line, with the test of its rate. */
export function failuresCsv(plan: Plan, sections: readonly Section[]): string {
  const { study } = plan;
  const records = sections.flatMap((section) =>
    failureOutcomes(plan, section).flatMap(({ name, declared, arms, discordance: found, verdict, text, exploratory }) =>
      arms.map((one) => {
        const [low, high] = exactShare(one.failed.length, one.seeds.length);
        return {
          study: study.name,
          variant: section.variant?.name ?? '',
          tier: section.tier,
          failures: name,
          reference: declared.reference,
          arm: one.arm,
          seeds: list(one.seeds),
          failed: list(one.failed),
          share: one.failed.length / one.seeds.length,
          low_95: low,
          high_95: high,
          tested_arm: declared.arm,
          tested_over: declared.over,
          seeds_planned: declared.seeds,
          arm_alone: found?.first.length ?? null,
          over_alone: found?.second.length ?? null,
          p: found?.p ?? null,
          verdict,
          text,
          exploratory: exploratory ? 'yes' : 'no',
        };
      }),
    ),
  );
  return csv(records);
}

/** `10 % [1 %, 32 %]`. */
function shareText({ seeds, failed }: Failures): string {
  const [low, high] = exactShare(failed.length, seeds.length);
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return `${percent(failed.length / seeds.length)} [${percent(low)}, ${percent(high)}]`;
}
