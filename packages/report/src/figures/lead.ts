import type { Row } from '../rows.ts';
import { tInterval } from '../statistics/paired-t.ts';
import { mean } from '../statistics/sample.ts';
import { rounded } from './rounded.ts';
import { leadOf, type Pair } from './series.ts';

/** How far a teacher lies above its student at one step of one run. */
interface SeedLead {
  readonly arm: string;
  readonly seed: number;
  readonly step: number;
  readonly value: number;
}

/** The same over an arm's seeds. */
interface LeadInterval {
  readonly arm: string;
  readonly step: number;
  /** Mean over the seeds. */
  readonly value: number;
  /** At 95 %, by Student's t over the seeds. */
  readonly low: number;
  readonly high: number;
}

/** What is known of the leads of arms. */
export interface Leads {
  readonly seeds: readonly SeedLead[];
  readonly intervals: readonly LeadInterval[];
}

/**
 * The leads of the teachers of rows, at the steps that all shown runs of a row have. An arm of one seed has no interval,
 * and one whose student is its own teacher no lead: both are left out.
 */
export function leads(rows: readonly Row[], pair: Pair): Leads {
  const all = rows.map((row) => leadsOf(row, pair));
  return { seeds: all.flatMap(({ seeds }) => seeds), intervals: all.flatMap(({ intervals }) => intervals) };
}

function leadsOf({ name: arm, shown }: Row, pair: Pair): Leads {
  const curves = shown.map(({ planned, result }) => ({ seed: planned.seed, lead: leadOf(result.series, pair) }));
  const steps = [...(curves[0]?.lead.keys() ?? [])].filter((step) => curves.every(({ lead }) => lead.has(step)));
  const none = curves.every(({ lead }) => [...lead.values()].every((value) => value === 0));
  if (curves.length < 2 || none) return { seeds: [], intervals: [] };
  const at = (lead: ReadonlyMap<number, number>, step: number): number => lead.get(step) ?? NaN;
  return {
    seeds: curves.flatMap(({ seed, lead }) => steps.map((step) => ({ arm, seed, step, value: rounded(at(lead, step)) }))), // prettier-ignore
    intervals: steps.map((step) => {
      const values = curves.map(({ lead }) => at(lead, step));
      const [low, high] = tInterval(values) ?? [NaN, NaN];
      return { arm, step, value: rounded(mean(values) ?? NaN), low: rounded(low), high: rounded(high) };
    }),
  };
}
