import type { Tier } from '@spatial-ensemble/record';

/** Which of a study's runs are asked for. */
export interface Selection {
  readonly tier?: Tier;
  readonly variant?: string;
  readonly arms?: readonly string[];
  readonly seeds?: readonly number[];
  /**
   * `key=value` texts, applied last; `data.` in front reaches what the study declares about its images,
   * `measurements.NAME.` a measurement, `evaluations.NAME.` an evaluation, and `evaluations.NAME.data.` its images.
   * Several values, `key=a,b`, are a grid. `variant=NAME` and `arm=NAME` select, as the options of those names do;
   * `atStep=N` ends a run after so many of its steps, from where its evaluations start; `init=SHA256` names the imported
   * weights from which it starts.
   */
  readonly overrides?: readonly string[];
}
