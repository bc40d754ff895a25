import type { Precision, Size, Workload } from './workloads.ts';

/** How our side is to run; one option of the bench each. */
export interface How {
  readonly device: 'cpu' | 'gpu';
  readonly deterministic: boolean;
  readonly xla: boolean;
}

/** What `ours.ts` is asked to hold ready, its one argument as JSON. */
export interface Asked extends How, Size {
  readonly workload: string;
  readonly mode: Workload['mode'];
  readonly precision: Precision;
}

export function askedOf({ ours, mode, precision, size }: Omit<Workload, 'name'>, how: How): Asked {
  return { workload: ours, mode, precision, ...size, ...how };
}
