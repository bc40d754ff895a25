import type { Seed } from '@spatial-ensemble/random';
import { identity, shortIdentity, type RunSpec } from '@spatial-ensemble/record';
import { lastStep, runAt, specIn } from '@spatial-ensemble/store';
import { type Bound, firstWeights, savedWeights, type Source, type Weights } from '@spatial-ensemble/training';
import { useTensorFlow } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Experiment } from '../experiment.ts';
import { findRun, type Inventory, type KnownRun } from '../inventory/inventory.ts';
import { methodOf } from './method-of.ts';

/** The experiments that may know a run's method, the likeliest first. */
export type ExperimentsFor = (run: KnownRun) => AsyncIterable<Experiment>;

/** A run of a store with its weights after some step. */
export interface StoredNetwork {
  readonly run: KnownRun;
  readonly spec: RunSpec;
  readonly identity: string;
  readonly step: number;
  readonly bound: Bound;
  /** Tensors of TensorFlow's, until they were used. */
  readonly weights: Weights;
}

/** Does something with the weights of a run, whose tensors are then disposed of; see `storedNetwork`. */
export async function withStoredNetwork<T>(
  all: Inventory,
  reference: string,
  experimentsFor: ExperimentsFor,
  use: (network: StoredNetwork) => Promise<T>,
): Promise<T> {
  const network = await storedNetwork(all, reference, experimentsFor);
  try {
    return await use(network);
  } finally {
    tf.dispose(network.weights as unknown as tf.TensorContainer);
  }
}

/**
 * The weights of a run: `0123abcd` after its last step, `0123abcd@5000` after that one.
 *
 * @throws Error where there is no such run, checkpoint or method
 */
async function storedNetwork(
  all: Inventory,
  reference: string,
  experimentsFor: ExperimentsFor,
): Promise<StoredNetwork> {
  const [, name = '', digits] = /^(.+?)(?:@(\d+))?$/.exec(reference) ?? [];
  const run = findRun(all, name);
  const { spec, source, from } = await sourceOf(all, run, experimentsFor);
  const id = identity(spec);
  const step = digits === undefined ? await lastStep(run.folder, id) : Number(digits);
  const { saved } = await runAt(run.folder, id, step);
  await useTensorFlow();
  const weights = savedWeights(source, saved, from && firstWeights(from));
  return { run, spec, identity: id, step, bound: source.bound, weights };
}

/** What a run trains, and for an evaluation the run that it starts from. */
async function sourceOf(
  all: Inventory,
  run: KnownRun,
  experimentsFor: ExperimentsFor,
): Promise<{ readonly spec: RunSpec; readonly source: Source; readonly from: Source | undefined }> {
  const spec = await specIn(run.folder);
  if (spec === undefined) throw new Error(`${run.folder} does not say what was trained there`);
  const source = { bound: await methodOf(spec, experimentsFor(run)), seed: spec.seeds as Seed };
  if (spec.from === undefined) return { spec, source, from: undefined };
  const parent = findRun(all, shortIdentity(spec.from));
  return { spec, source, from: (await sourceOf(all, parent, experimentsFor)).source };
}
