import { broadcast, byFirst, flattenTree, gatherOnHost, thisWorker, unflattenTree } from '@spatial-ensemble/engine';
import type { Seed } from '@spatial-ensemble/random';
import { hash, type MetricsLine } from '@spatial-ensemble/record';
import type * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import type { RunData } from '../data.ts';
import type { State } from '../method.ts';
import { digestOf } from './digest.ts';
import type { Measuring } from './measure.ts';
import type { RunPort, Saved } from './port.ts';
import { restoreState } from './state-tensors.ts';

/** What the others are told of a run as it was saved: all but its tensors, which come as the state. */
interface Told {
  readonly saved?: Omit<Saved, 'tensors'>;
  readonly lines: readonly MetricsLine[];
}

/**
 * A run's port in each of the processes that train it: process 0 goes on from what its own holds, writes and saves, the
 * others keep nothing and need no file system. They wait while process 0 saves, however long a full disk makes it wait.
 * What is saved is first compared: all have the same bits, or the run ends.
 *
 * @param port process 0's; the others' are not looked at
 */
export async function sharedPort(port: RunPort): Promise<RunPort> {
  const { rank, workers } = thisWorker();
  if (workers === 1) return port;
  const { saved, lines: before } = await byFirst(async () => toldOf(port));
  const lines = [...before];
  return {
    saved: rank === 0 ? port.saved : saved && { ...saved, tensors: new Map() },
    append(line) {
      lines.push(line);
      if (rank === 0) port.append(line);
    },
    lines: () => lines,
    async save(tensors, at) {
      const others = await differing(digestOf(tensors));
      if (others.length > 0)
        throw new Error(
          `after step ${at.step}, process ${others.join(', ')} has other weights than process 0, which all must have bit for bit: the run was not saved. Start it again on machines of one kind`,
        );
      return byFirst(() => port.save(tensors, at));
    },
  };
}

function toldOf(port: RunPort): Told {
  const lines = port.lines();
  if (port.saved === undefined) return { lines };
  const { tensors: _, ...saved } = port.saved;
  return { saved, lines };
}

/** What is to be trained, as far as processes can compare it. */
interface ToTrain {
  readonly bound: Bound;
  readonly seed: Seed;
  readonly data: RunData;
  readonly testPoints: number;
  readonly measurings?: readonly Measuring[];
}

/**
 * Makes sure that all processes are about to train the same.
 *
 * @throws Error that names those that are not
 */
export async function sameRun({ bound, seed, data, testPoints, measurings = [] }: ToTrain): Promise<void> {
  if (thisWorker().workers === 1) return;
  const measured = measurings.map(({ measurement: { name }, spec }) => ({ name, spec }));
  const { name, steps, trainable } = bound;
  const told = { name, steps, first: trainable.at(0), seed, data: data.manifests, splits: data.splits };
  const others = await differing(hash({ ...told, testPoints, measured }));
  if (others.length > 0)
    throw new Error(
      `process ${others.join(', ')} is to train another run of ${name} than process 0: start all with the same experiment and options, and with the same images`,
    );
}

/** The processes whose SHA-256, in hexadecimal, is another than that of process 0. */
async function differing(sha256: string): Promise<readonly number[]> {
  const own = Buffer.from(sha256, 'hex');
  const all = await gatherOnHost(
    Int32Array.from({ length: 8 }, (_, i) => own.readInt32LE(4 * i)),
    8,
  );
  const of = (rank: number): string => all.subarray(8 * rank, 8 * rank + 8).join();
  const { workers } = thisWorker();
  return Array.from({ length: workers }, (_, rank) => rank).filter((rank) => of(rank) !== of(0));
}

/**
 * The state that a run begins with, in all processes: what was saved, if anything was, else the first one; process 0's, bit
 * for bit.
 *
 * @param first disposed of where it is not what comes back
 * @throws UnusableRun where what was saved does not belong to the run
 */
export async function stateOf(first: State, saved: Saved | undefined): Promise<State> {
  const { workers } = thisWorker();
  let state = first;
  const restored = async (): Promise<void> => {
    if (saved !== undefined) state = restoreState(first, saved);
  };
  await byFirst(restored);
  if (workers === 1) return state;
  const { leaves, structure } = flattenTree(state, 'state');
  const same = (leaves as tf.Tensor[]).map((leaf) => {
    const told = broadcast(leaf);
    leaf.dispose();
    return told;
  });
  return unflattenTree(structure, same) as State;
}
