import type { RunSpec } from '@spatial-ensemble/record';
import type { ResolvedRun } from './experiment.ts';

/** What a run goes on from. */
export interface Origin {
  readonly folder: string;
  readonly identity: string;
  /** Updates done. */
  readonly step: number;
  /** What its result lists. */
  readonly segments: NonNullable<RunSpec['segments']>;
}

/** The runs of a job that go on from others. */
export type Lineage = ReadonlyMap<ResolvedRun, Origin>;
