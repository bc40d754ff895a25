import type { TrainedLine } from '@spatial-ensemble/record';
import type { State } from '../method.ts';

/** How long steps take. */
export interface Timing {
  /** Milliseconds a step, loading included; undefined until a step has been timed. */
  readonly stepMs: number | undefined;
  /** Share of that time spent waiting for images. */
  readonly waitShare: number | undefined;
}

/** A run before its first step of this sitting, or after a step: what listeners are told. */
export interface Moment {
  /** Updates done. */
  readonly done: number;
  /** Updates of the whole run. */
  readonly steps: number;
  /** Steps of this sitting. */
  readonly taken: number;
  /** The run's own: a listener reads it, and keeps nothing of it. */
  readonly state: State;
  /**
   * The numbers of the steps since the line before, where a line ends here. There is none of a single step: whoever
   * waits for one makes a GPU wait.
   */
  readonly line: TrainedLine | undefined;
  readonly timing: Timing;
}

/** Does something of a moment, before the next step is taken. `stop`: the run is left here. */
export type Listener = (moment: Moment) => Promise<'stop' | undefined>;

/** Tells listeners of a moment, one after the other; who comes after the one that stops is not told. */
export async function tell(listeners: readonly Listener[], moment: Moment): Promise<'stop' | undefined> {
  for (const listener of listeners) if ((await listener(moment)) === 'stop') return 'stop';
  return undefined;
}
