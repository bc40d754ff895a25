import { Worker } from 'node:worker_threads';
import { GOES_ON } from './broken-off.ts';
import type { Pointer } from './c-functions.ts';
import type { SettledCluster } from './cluster.ts';

/** Another process of the cluster. */
export interface Peer {
  readonly rank: number;
  /** `host:port`. */
  readonly host: string;
}

/** What the thread is given that looks. */
export interface Watched {
  /** The library, and TensorFlow's context. */
  readonly cc: string;
  readonly context: Pointer;
  /** The other processes, and the number of this one. */
  readonly peers: readonly Peer[];
  readonly own: number;
  /** In which all have to be there. */
  readonly joinSeconds: number;
  /** What is said to do. */
  readonly advice: string;
  /** Whether this process ends by force where it does not by itself. */
  readonly endsProcess: boolean;
}

/**
 * Asks the other processes again and again whether they are there, all at the same time, in a thread of its own: the main
 * thread may wait in a collective. Those that were there and are gone, were started anew, or do not answer for some seconds
 * end every collective of this process with a message that names them, after ten seconds at most: TensorFlow itself waits
 * for such a one until the cluster's time is over. Those that have not come yet are named on standard error every 15
 * seconds, by the first process that is there, and treated alike after `joinSeconds`.
 *
 * @returns stops it
 */
export function watchPeers(
  { cc, context }: { readonly cc: string; readonly context: Pointer },
  { hosts, rank: own, joinSeconds, endsWithPeers }: SettledCluster,
): () => void {
  const peers = hosts.map((host, rank) => ({ rank, host })).filter(({ rank }) => rank !== own);
  const workerData: Watched = { cc, context, peers, own, joinSeconds, advice: GOES_ON, endsProcess: endsWithPeers };
  // Nothing of what the main thread was started with.
  const thread = new Worker(new URL('./watch-thread.js', import.meta.url), { workerData, execArgv: [] });
  thread.unref();
  return () => void thread.terminate();
}
