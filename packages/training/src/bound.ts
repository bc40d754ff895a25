import type { MetricDeclarations, Score } from '@spatial-ensemble/record';
import type { Machine, Method, Trainable } from './method.ts';

/** A method with one of its specs: all that whoever trains it knows of either. */
export interface Bound {
  /** The method's, for messages. */
  readonly name: string;
  /** Updates of the whole run. */
  readonly steps: number;
  /** What its step shows. */
  readonly metrics: MetricDeclarations;
  /** What is counted on the test images. */
  readonly scores: readonly Score[];
  readonly trainable: Trainable;
}

/**
 * @param machine given to methods that accumulate.
 * @throws Error where the machine asks for what the spec cannot be parted into
 */
export function bound<Spec>(method: Method<Spec>, spec: Spec, machine?: Machine): Bound {
  const trainable = method.accumulates === true ? method.bind(spec, machine) : method.bind(spec);
  const { name, metrics } = method;
  return { name, steps: method.steps(spec), metrics, scores: method.scores?.(spec) ?? [], trainable };
}
