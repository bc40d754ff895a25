import type { State } from '../method.ts';

/** How long steps take. */
export interface Timing {
  /** Milliseconds a step, loading included; undefined until a step has been timed. */
  readonly stepMs: number | undefined;
  /** Share of that time in which no step was under way, for want of images. */
  readonly waitShare: number | undefined;
}

/** A run before its first step of this sitting, or after one was begun: what listeners are told. */
export interface Moment {
  /** Updates done, or under way. */
  readonly done: number;
  /** Updates of the whole run. */
  readonly steps: number;
  /** Steps of this sitting. */
  readonly taken: number;
  /**
   * The state after these steps: waits for them, and for the lines of their numbers to be told. It is the run's own: a
   * listener reads it, and keeps nothing of it. Whoever asks at every step makes the device wait between steps.
   *
   * @throws Error where training diverged
   */
  settled(): Promise<State>;
  timing(): Timing;
}

/** Does something of a moment, before the next step is begun. `stop`: the run is left here. */
export type Listener = (moment: Moment) => Promise<'stop' | undefined>;

/** Tells listeners of a moment, one after the other; who comes after the one that stops is not told. */
export async function tell(listeners: readonly Listener[], moment: Moment): Promise<'stop' | undefined> {
  for (const listener of listeners) if ((await listener(moment)) === 'stop') return 'stop';
  return undefined;
}
