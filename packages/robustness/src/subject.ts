import type { AugmentSpec } from '@spatial-ensemble/augment';
import type { Measure } from '@spatial-ensemble/record';
import type { Classify } from './attacks/attacker.ts';

/** A classifier whose robustness is measured. */
export interface Subject<V> {
  /** For messages and profiles. */
  readonly name: string;
  readonly classify: Classify<V>;
  readonly variables: V;
  /** How images are prepared for it; what is done to them is done after that. */
  readonly view: AugmentSpec;
}

/** Makes a measure of what the evaluation knows beside it: whose it is, the first part of its name and of what it stands along; of test images unless that is said. */
export type Told = (
  one: Pick<Measure, 'name' | 'title' | 'value' | 'unit' | 'n'> & Partial<Pick<Measure, 'split' | 'along'>>,
) => Measure;
