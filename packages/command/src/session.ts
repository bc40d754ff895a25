import type { FullDisk } from './full-disk.ts';
import type { Interrupt } from './interrupt.ts';
import type { Displays } from './progress/displays.ts';

/** In whose presence runs are run, and where they are kept; no result depends on it. */
export interface Session {
  /** Where runs live. */
  readonly runs: string;
  /** The command, for `run.json`. */
  readonly command: string;
  /** Begin anew what is asked for, even where it is finished. */
  readonly fresh: boolean;
  /** Start what surely cannot fit into memory or on the disk, too. */
  readonly force: boolean;
  /** Hours; a run that is planned to take longer asks, or stops where nobody can be asked. */
  readonly maxHours: number;
  /** The checkpoint after each multiple of so many steps is kept for good; undefined: the last ones alone. */
  readonly keepEvery?: number;
  /** Say of each run that is trained where the time of a step goes, and keep it in the run's folder. */
  readonly profile?: boolean;
  /** Write event files for TensorBoard, of runs that are finished too. */
  readonly tensorboard?: boolean;
  /** What becomes of a run whose disk is full. */
  readonly fullDisk: FullDisk;
  /** Asks whether to go on; undefined where there is no terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
  readonly log: (line: string) => void;
  /** Shows how far things are. */
  readonly displays: Displays;
  readonly interrupt: Interrupt;
}
