import type { TensorFlowInfo } from '@spatial-ensemble/engine';
import type { RunSpec } from '@spatial-ensemble/record';
import type { Selection } from '@spatial-ensemble/study';
import type { RunData } from '@spatial-ensemble/training';
import type { Counted } from './counted.ts';
import type { Experiment, ResolvedRun } from './experiment.ts';
import type { Lineage } from './origin.ts';
import type { Machine } from './machine.ts';
import type { Session } from './session.ts';

/** What is asked for: which runs of an experiment, on what, and in whose presence. */
export interface Asked {
  readonly experiment: Experiment;
  readonly selection: Selection;
  readonly machine: Machine;
  readonly session: Session;
  /** The run whose last checkpoint the only one that is asked for goes on from, `0123abcd`; `0123abcd@5000`: that after this step. */
  readonly continueFrom?: string;
}

/** What is asked for, resolved and checked as far as it can be without images. */
export interface Job extends Asked {
  /** In their order, each with its evaluations; at least one. */
  readonly runs: readonly ResolvedRun[];
  /** The first of them, which stands for all where arms do not differ. */
  readonly first: ResolvedRun;
}

/** A run as its result records it. */
export interface IdentifiedRun {
  readonly spec: RunSpec;
  readonly identity: string;
}

/** A job whose images are here and whose TensorFlow runs. */
export interface ReadyJob extends Job {
  /** Of every run and evaluation. */
  readonly data: ReadonlyMap<ResolvedRun, RunData>;
  readonly info: TensorFlowInfo;
  /** Of every run and evaluation. */
  readonly specs: ReadonlyMap<ResolvedRun, IdentifiedRun>;
  /** What runs go on from that are not begun by themselves. */
  readonly lineage: Lineage;
  /** A step of the first run and of its evaluations, counted when it is first asked for. */
  readonly counted: () => Promise<Counted>;
}
