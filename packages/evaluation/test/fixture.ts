import { readFileSync } from 'node:fs';
import type { HostTensor } from '@spatial-ensemble/engine';

/** What test/reference/linear_steps.py says of one classifier. */
export interface Outcome {
  readonly rates: readonly number[];
  readonly losses: readonly number[];
  readonly accuracies: readonly number[];
  readonly kernel: readonly number[];
  readonly bias: readonly number[];
  /** Of batch norm, where there is one. */
  readonly gamma?: readonly number[];
  readonly beta?: readonly number[];
  readonly mean?: readonly number[];
  readonly variance?: readonly number[];
  /** Of the test features, in evaluation mode. */
  readonly logits: readonly number[];
}

export interface Fixture {
  readonly features: number;
  readonly classes: number;
  readonly batch: number;
  readonly images: number;
  readonly epochs: number;
  readonly initial: readonly number[];
  readonly test: readonly number[];
  readonly batches: readonly { readonly features: readonly number[]; readonly labels: readonly number[] }[];
  readonly outcomes: { readonly [name in 'sts' | 'moco' | 'byol' | 'probe']: Outcome };
}

export const fixture = JSON.parse(
  readFileSync(new URL('fixtures/linear-steps.json', import.meta.url), 'utf8'),
) as Fixture;

/** A batch of frozen features. */
export function batchOf(step: number): { readonly features: HostTensor; readonly labels: HostTensor } {
  const { features, labels } = fixture.batches[step]!;
  return {
    features: { data: Float32Array.from(features), shape: [labels.length, fixture.features] },
    labels: { data: Int32Array.from(labels), shape: [labels.length] },
  };
}

/** ‖a − b‖ / ‖b‖, or ‖a − b‖ where ‖b‖ is rounding alone: batch norm takes every gradient from the bias before it. */
export function relativeError(a: ArrayLike<number>, b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers beside ${b.length}`);
  const apart = b.reduce((sum, value, i) => sum + (a[i]! - value) ** 2, 0);
  const size = b.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(apart / (size < 1e-12 ? 1 : size));
}
