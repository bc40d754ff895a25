/** One line of `metrics.jsonl`: a run's numbers over time, as its step and its looks give them. */
export type MetricsLine = TrainedLine | LookedLine;

/** What steps showed since the line of this kind before. */
export interface TrainedLine {
  readonly kind: 'train';
  /** Updates done. */
  readonly step: number;
  /** Steps. */
  readonly count: number;
  /** By name; of what is a share of nothing there is no value. */
  readonly values: { readonly [name: string]: number };
  /** What the shares among them are shares of. */
  readonly counts: { readonly [name: string]: number };
}

/** What a look at images gave after a step. */
export interface LookedLine {
  /**
   * `held-out`: training images that are not learnt from; `measured`: what measurements look at while the run trains;
   * `test`: the test set, for rules that look at several checkpoints.
   */
  readonly kind: 'held-out' | 'measured' | 'test';
  /** Updates done. */
  readonly step: number;
  /** By `seriesKey`, in %. */
  readonly values: { readonly [key: string]: number };
}

/** Sums of metrics over the steps since the last line that was written. */
export interface Window {
  /** Steps. */
  readonly count: number;
  readonly sums: { readonly [name: string]: number };
  /** What the sums of shares are divided by, 1 of what counts at its last step alone; other sums are divided by the number of steps. */
  readonly counts: { readonly [name: string]: number };
}
