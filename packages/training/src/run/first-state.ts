import { flattenTree } from '@spatial-ensemble/engine';
import { seeds, type Key, type Seed } from '@spatial-ensemble/random';
import { UnusableRun } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import type { State, Trainable, Weights } from '../method.ts';
import type { Saved } from './port.ts';
import { restoreState } from './state-tensors.ts';

/** The state before the first step. What it does not keep of `from` is disposed of. */
export function firstState(trainable: Trainable, key: Key, from: Weights | undefined): State {
  const state = from === undefined ? trainable.init(key) : trainable.init(key, from);
  if (from !== undefined) disposeBut(from, state);
  return state;
}

/** A run whose weights another one starts from. */
export interface Source {
  readonly bound: Bound;
  readonly seed: Seed;
}

/** The weights of a run before its first step. */
export function firstWeights({ bound: { trainable }, seed }: Source): Weights {
  return networks(trainable, trainable.init(seeds(seed).init));
}

/**
 * The weights of a finished run.
 *
 * @param saved what was saved after its last step.
 * @throws UnusableRun where that is not there, or of an earlier step.
 */
export function lastWeights({ bound: { trainable, steps }, seed }: Source, saved: Saved | undefined): Weights {
  if (saved === undefined || saved.step !== steps)
    throw new UnusableRun(
      `the weights to start from are not in ${saved?.place ?? 'the store'}: the run that makes them has to be finished.`,
    );
  return networks(trainable, restoreState(trainable.init(seeds(seed).init), saved));
}

/**
 * The weights of a run as it was saved, after whichever step.
 *
 * @param from for an evaluation: weights of the kind that it starts from; what it does not keep is disposed of.
 * @throws UnusableRun where what was saved is another run's
 */
export function savedWeights({ bound: { trainable }, seed }: Source, saved: Saved, from?: Weights): Weights {
  return networks(trainable, restoreState(firstState(trainable, seeds(seed).init, from), saved));
}

/** Student and teacher of a state; the rest of it is disposed of. */
function networks(trainable: Trainable, state: State): Weights {
  const weights = { student: trainable.student(state), teacher: trainable.teacher(state) };
  disposeBut(state, weights);
  return weights;
}

/** Disposes of the tensors of a tree that are not in another one. */
function disposeBut(tree: object, kept: object): void {
  const keep = new Set<unknown>(flattenTree(kept, 'kept').leaves);
  tf.dispose(flattenTree(tree, 'tree').leaves.filter((leaf) => !keep.has(leaf)) as tf.Tensor[]);
}
