import type { MetricsLine, Window } from '@spatial-ensemble/record';

/** A tensor on the host. */
export interface HostArray {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** Tensors on the host by name: `state.student.params.conv1.kernel`. */
export type HostArrays = ReadonlyMap<string, HostArray>;

/** Which code took a run's steps. */
export interface StepCode {
  /** The steps after this one, up to the next code's. */
  readonly since: number;
  /** SHA-256 of the step's graph. */
  readonly graph: string;
}

/** A run as it was saved. */
export interface Saved {
  /** Updates done. */
  readonly step: number;
  readonly tensors: HostArrays;
  /** The metrics since the last line that was written, so that the next one is as in an uninterrupted run. */
  readonly window: Window;
  /** What took its steps, the last code last; empty where that was not recorded. */
  readonly code: readonly StepCode[];
  /** SHA-256 of the tensors. */
  readonly weights: string;
  /** Where it is, for messages. */
  readonly place: string;
}

/** The port by which a run saves itself. Where, and in which format, is for whoever runs it. */
export interface RunPort {
  /** What the run goes on from; undefined at its beginning. */
  readonly saved: Saved | undefined;
  /** Writes one line of numbers; what is not saved when the run stops is written again when it goes on. */
  append(line: MetricsLine): void;
  /** All lines so far. */
  lines(): readonly MetricsLine[];
  /**
   * Saves the run after so many steps, in the place of what was saved before.
   *
   * @param at `kept`: it stays beside what is saved later; `code`: none is known where it is left out.
   * @returns SHA-256 of the tensors.
   */
  save(
    tensors: HostArrays,
    at: Pick<Saved, 'step' | 'window'> & Partial<Pick<Saved, 'code'>> & { readonly kept?: boolean },
  ): Promise<string>;
}
