import type { Selection } from '@spatial-ensemble/study';
import type { Arithmetic } from '@spatial-ensemble/record';
import type { Interrupt } from './interrupt.ts';

/** How an experiment is run; none of it is part of what is declared. */
export interface RunOptions extends Selection {
  readonly fresh: boolean;
  readonly device: 'cpu' | 'gpu';
  readonly precision: Arithmetic['precision'];
  readonly xla: boolean;
  /** Kernels that give the same bits every time; on a CPU they always do. */
  readonly deterministic: boolean;
  readonly threads?: number;
  /** Threads that load and augment images; the result does not depend on it. */
  readonly workers?: number;
  /** Images that pass through the network at once, for methods that can add up their gradient. */
  readonly microBatch?: number;
  /** Start what surely cannot fit into memory or on the disk, too. */
  readonly force?: boolean;
  /** A run that is planned to take longer asks, or stops where nobody can be asked. */
  readonly maxHours: number;
  /** Asks whether to go on; undefined where there is no terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
  /** Where runs live. */
  readonly runs: string;
  /** The command, for `run.json`. */
  readonly command: string;
  readonly log: (line: string) => void;
  readonly interrupt: Interrupt;
}
