import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { runExperiment } from '../src/run-experiment.ts';
import tiny from './programs/tiny.experiment.ts';
import { CPU, quietly } from './quietly.ts';

/** What a process that trains holds after a step. */
export interface Held {
  readonly step: number;
  /** Resident memory. */
  readonly bytes: number;
  /** Open descriptors. */
  readonly files: number;
  /** What keeps the event loop alive. */
  readonly handles: number;
  readonly tensors: number;
}

/**
 * Trains a run of so many steps as the command does, for so many milliseconds at most.
 *
 * @param times how often `say` is told what the process holds, if it takes all steps; they are a multiple of it
 */
export async function soaked(
  folder: string,
  steps: number,
  milliseconds: number,
  times: number,
  say: (held: Held) => void,
): Promise<void> {
  setFlagsFromString('--expose-gc');
  // What is garbage is no growth.
  const collect = runInNewContext('gc') as () => void;
  const apart = steps / times;
  const end = performance.now() + milliseconds;
  const session = quietly(folder);
  const update = ({ step }: { readonly step: number }): void => {
    if (step % apart !== 0) return;
    collect();
    say({
      step,
      bytes: process.memoryUsage.rss(),
      files: readdirSync('/proc/self/fd').length,
      handles: process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length,
      tensors: tf.memory().numTensors,
    });
  };
  const { failures } = await runExperiment({
    experiment: tiny,
    selection: { arms: ['slow'], overrides: [`steps=${steps}`] },
    machine: { ...CPU, workers: 1 },
    session: {
      ...session,
      interrupt: { ...session.interrupt, requested: () => performance.now() > end },
      displays: { ...session.displays, run: (title) => ({ ...session.displays.run(title), update }) },
    },
  });
  for (const { error } of failures) throw error;
}
