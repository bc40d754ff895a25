import { flattenTree } from '@spatial-ensemble/engine';
import { seeds, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { loadCheckpoint } from '../checkpoint/checkpoint.ts';
import { restoreState } from '../checkpoint/state-tensors.ts';
import type { Method, State, Weights } from '../method.ts';
import { UnusableRun } from './unusable-run.ts';

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
  readonly seed: number;
  readonly identity: string;
  /** The folder of its checkpoint. */
  readonly checkpoint: string;
}

/**
 * The weights of a finished run, or those before its first step.
 *
 * @throws UnusableRun where its checkpoint is not there, or not that of its last step.
 */
export async function weightsOf<Spec>(source: Source<Spec>, which: 'last' | 'first'): Promise<Weights> {
  const { method, spec, seed, identity, checkpoint } = source;
  if (which === 'first') return networks(method, method.init(spec, seeds(seed).init));
  const saved = await loadCheckpoint(checkpoint, identity);
  if (saved === undefined || saved.manifest.step !== method.steps(spec))
    throw new UnusableRun(
      `the weights to start from are not in ${checkpoint}: the run that makes them has to be finished.`,
    );
  return networks(method, restoreState(method.init(spec, seeds(seed).init), saved.tensors, checkpoint));
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
