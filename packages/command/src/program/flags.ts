import type { Selection } from '@spatial-ensemble/study';
import type { FullDisk } from '../full-disk.ts';
import type { Machine } from '../machine.ts';

/** What `run` is given on its command line. */
export interface Flags {
  readonly tier?: NonNullable<Selection['tier']>;
  readonly variant?: string;
  readonly set?: readonly string[];
  readonly arm?: readonly string[];
  readonly seed?: readonly number[];
  readonly evaluateAt?: number;
  readonly init?: string;
  readonly continueFrom?: string;
  readonly fresh?: true;
  readonly force?: true;
  /** `true`: the first one. */
  readonly gpu?: true | number;
  readonly gpuMemory?: number;
  readonly threads?: number;
  readonly workers?: number;
  readonly precision: Machine['precision'];
  readonly xla?: true;
  readonly xlaTuned?: string;
  readonly commandBuffers?: boolean;
  readonly deterministic: boolean;
  readonly microBatch?: number;
  readonly maxHours: number;
  readonly keep?: number;
  readonly fullDisk: FullDisk;
  readonly profile?: true;
  readonly tensorboard?: true;
  /** Processes that train together on this machine. */
  readonly devices?: number;
  readonly dryRun?: true;
}
