import { rm } from 'node:fs/promises';
import { openRun, savedRun } from '@spatial-ensemble/store';
import type { Weights } from '../src/method.ts';
import { firstWeights, lastWeights, type Source } from '../src/run/first-state.ts';
import { trainRun, type LoopMachine, type LoopOutcome, type LoopRun, type LoopSession } from '../src/run/loop.ts';

/** Where a test's run is stored. */
export interface Stored {
  readonly folder: string;
  readonly identity: string;
  readonly fresh?: boolean;
}

/** Trains a run that is stored in a folder, tested once, in this thread unless told otherwise. */
export async function trainStored(
  run: Omit<LoopRun, 'testPoints'>,
  { folder, identity, fresh = false }: Stored,
  {
    workers = 0,
    interrupted = () => false,
    onProgress = () => undefined,
    onLook = () => undefined,
  }: Partial<LoopMachine & LoopSession> = {},
): Promise<LoopOutcome> {
  if (fresh) await rm(folder, { recursive: true, force: true });
  const port = await openRun(folder, identity);
  const machine = { precision: 'float32', xla: false, workers } as const;
  return trainRun({ run: { ...run, testPoints: 1 }, port, machine, session: { interrupted, onProgress, onLook } });
}

/** The weights of a run that is stored in a folder. */
export async function weightsIn(
  { folder, identity, ...source }: Stored & Source,
  which: 'first' | 'last',
): Promise<Weights> {
  return which === 'first' ? firstWeights(source) : lastWeights(source, await savedRun(folder, identity));
}
