import { flattenTree } from '@spatial-ensemble/engine';
import { seeds, type Key, type Seed } from '@spatial-ensemble/random';
import { UnusableRun } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import type { Method, State, Weights } from '../method.ts';
import type { Saved } from './port.ts';
import { restoreState } from './state-tensors.ts';

/** The state before the first step. What it does not keep of `from` is disposed of. */
export function firstState<Spec, S extends State>(
  method: Method<Spec, S>,
  spec: Spec,
  key: Key,
  from: Weights | undefined,
): S {
  const state = from === undefined ? method.init(spec, key) : method.init(spec, key, from);
  if (from !== undefined) disposeBut(from, state);
  return state;
}

/** A run whose weights another one starts from. */
export interface Source<Spec> {
  readonly method: Method<Spec>;
  readonly spec: Spec;
  readonly seed: Seed;
}

/** The weights of a run before its first step. */
export function firstWeights<Spec>({ method, spec, seed }: Source<Spec>): Weights {
  return networks(method, method.init(spec, seeds(seed).init));
}

/**
 * The weights of a finished run.
 *
 * @param saved what was saved after its last step.
 * @throws UnusableRun where that is not there, or of an earlier step.
 */
export function lastWeights<Spec>({ method, spec, seed }: Source<Spec>, saved: Saved | undefined): Weights {
  if (saved === undefined || saved.step !== method.steps(spec))
    throw new UnusableRun(
      `the weights to start from are not in ${saved?.place ?? 'the store'}: the run that makes them has to be finished.`,
    );
  return networks(method, restoreState(method.init(spec, seeds(seed).init), saved));
}

/** Student and teacher of a state; the rest of it is disposed of. */
function networks<Spec>(method: Method<Spec>, state: State): Weights {
  const weights = { student: method.student(state), teacher: method.teacher(state) };
  disposeBut(state, weights);
  return weights;
}

/** Disposes of the tensors of a tree that are not in another one. */
function disposeBut(tree: object, kept: object): void {
  const keep = new Set<unknown>(flattenTree(kept, 'kept').leaves);
  tf.dispose(flattenTree(tree, 'tree').leaves.filter((leaf) => !keep.has(leaf)) as tf.Tensor[]);
}
