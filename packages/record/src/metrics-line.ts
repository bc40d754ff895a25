/** One line of `metrics.jsonl`: a run's numbers over time. */
export interface MetricsLine {
  /** `train`: the steps since the line before. `curve`: accuracies after that step. `test`: the test set, for rules that look at several checkpoints. */
  readonly kind: 'train' | 'curve' | 'test';
  /** Updates done. */
  readonly step: number;
  /** Of `train`: what the shares among its numbers are shares of, by name. The others are means over `count` steps. */
  readonly counts?: { readonly [name: string]: number };
  readonly [name: string]: string | number | { readonly [name: string]: number } | undefined;
}

/** Sums of metrics over the steps since the last line that was written. */
export interface Window {
  /** Steps. */
  readonly count: number;
  readonly sums: { readonly [name: string]: number };
  /** What the sums of shares are divided by; other sums are divided by the number of steps. */
  readonly counts: { readonly [name: string]: number };
}
