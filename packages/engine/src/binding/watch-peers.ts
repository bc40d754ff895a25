import { Worker } from 'node:worker_threads';
import { GOES_ON } from './broken-off.ts';
import type { Pointer } from './c-functions.ts';
import type { SettledCluster } from './cluster.ts';

/** What the thread is given that looks. */
export interface Watched {
  /** The library, and TensorFlow's context. */
  readonly cc: string;
  readonly context: Pointer;
  /** The other processes. */
  readonly peers: readonly { readonly rank: number; readonly host: string }[];
  /** What is said to do. */
  readonly advice: string;
  /** Not 0: there is nothing more to look for. */
  readonly stop: Int32Array<SharedArrayBuffer>;
  /** Whether this process ends by force where it does not by itself. */
  readonly endsProcess: boolean;
}

/**
 * Asks the other processes again and again whether they are there, in a thread of its own: the main thread may wait in
 * a collective. One that was there and is gone, was started anew, or does not answer for some seconds ends every collective
 * of this process with a message that names it, after ten seconds at most: TensorFlow itself waits for such a one until the
 * cluster's time is over. One that never came is waited for that long.
 *
 * @returns stops it
 */
export function watchPeers(
  { cc, context }: { readonly cc: string; readonly context: Pointer },
  { hosts, rank: own, endsWithPeers }: SettledCluster,
): () => void {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const peers = hosts.map((host, rank) => ({ rank, host })).filter(({ rank }) => rank !== own);
  const workerData: Watched = { cc, context, peers, advice: GOES_ON, stop, endsProcess: endsWithPeers };
  // Nothing of what the main thread was started with.
  const thread = new Worker(new URL('./watch-thread.js', import.meta.url), { workerData, execArgv: [] });
  thread.unref();
  return () => {
    Atomics.store(stop, 0, 1);
    Atomics.notify(stop, 0);
  };
}
