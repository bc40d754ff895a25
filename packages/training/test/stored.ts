import { openRun, savedRun } from '@spatial-ensemble/store';
import type { Weights } from '../src/method.ts';
import { firstWeights, lastWeights, type Source } from '../src/run/first-state.ts';
import { trainRun, type LoopOutcome, type LoopRequest } from '../src/run/loop.ts';

/** Where a test's run is stored. */
export interface Stored {
  readonly folder: string;
  readonly identity: string;
  readonly fresh?: boolean;
}

/** Trains a run that is stored in a folder. */
export async function trainStored(
  request: Omit<LoopRequest, 'port'>,
  { folder, identity, fresh = false }: Stored,
): Promise<LoopOutcome> {
  const port = await openRun(folder, identity, { fresh });
  return trainRun({ ...request, port });
}

/** The weights of a run that is stored in a folder. */
export async function weightsIn(
  { folder, identity, ...source }: Stored & Source,
  which: 'first' | 'last',
): Promise<Weights> {
  return which === 'first' ? firstWeights(source) : lastWeights(source, await savedRun(folder, identity));
}
