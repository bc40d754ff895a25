import type { Plan } from '@spatial-ensemble/record';

import type { Verdict } from '../claims/decide.ts';
import type { GateOutcome } from '../claims/gate.ts';
import type { Section } from '../rows.ts';
import type { PlacedResult } from '../states.ts';
import type { Interval } from '../statistics/paired-t.ts';

/** How large something is. */
export interface Estimate {
  /** A difference, or a share in percent. */
  readonly kind: 'difference' | 'share';
  readonly value: number;
  /** At 95 %; null for one pair. */
  readonly interval: Interval | null;
  /** Of the value: `points`. */
  readonly unit: string;
  /** The smallest effect of interest, or a claim's margin; null where none is declared. */
  readonly smallest: number | null;
}

/** What a study is to decide in a section, of whichever kind: a row of the table of all. */
export interface DecidedLine {
  readonly plan: Plan;
  readonly section: Section;
  /** A factor has a line for each of its series. */
  readonly kind: 'claim' | 'factor' | 'failures';
  /** By which the study calls it. */
  readonly name: string;
  /** Where it stands in the study's page. */
  readonly anchor: string;
  /** What is asked, in words. */
  readonly asked: string;
  /** Whether results of the section were there when it was declared as it is. */
  readonly exploratory: boolean;
  /** What the estimate is of: `STS − TMA`. */
  readonly difference: string;
  /** Null where there is nothing to estimate from. */
  readonly estimate: Estimate | null;
  /** The runs that it rests on. */
  readonly on: readonly PlacedResult[];
  /** Pairs; of factors and failure rates the seeds that all their arms have. */
  readonly pairs: number;
  /** Of the test that decides, adjusted where it belongs to a family. */
  readonly p: number | null;
  /** Whether it belongs to one: a primary claim, a series of a factor. */
  readonly adjusted: boolean;
  readonly verdict: Verdict;
  /** The verdict with what it rests on, or what it would take. */
  readonly text: string;
  /** Those that it names itself. */
  readonly gates: readonly GateOutcome[];
}

/** What a kind of line adds to where it stands. */
export type Decided = Omit<DecidedLine, 'plan' | 'section'>;
