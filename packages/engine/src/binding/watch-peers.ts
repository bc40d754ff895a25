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
  /** What the main thread tells of itself, where that is to be looked at, and how long it may be silent. */
  readonly activity: SharedArrayBuffer | undefined;
  readonly silentSeconds: number;
}

/**
 * Asks the other processes again and again whether they are there, all at the same time, in a thread of its own: the main
 * thread may wait in a collective. Those that were there and are gone, were started anew, or do not answer for some seconds
 * end every collective of this process with a message that names them, after ten seconds at most: TensorFlow itself waits
 * for such a one until the cluster's time is over. Those that have not come yet are named on standard error every 15
 * seconds, by the first process that is there, and treated alike after `joinSeconds`. Where `endsWithPeers` is true, it looks
 * after this process too, and ends it once it has been silent for `silentSeconds`: so the others find it gone.
 *
 * @returns stops it
 */
export function watchPeers(
  { cc, context, activity }: Pick<Watched, 'cc' | 'context' | 'activity'>,
  { hosts, rank: own, joinSeconds, silentSeconds, endsWithPeers }: SettledCluster,
): () => void {
  const peers = hosts.map((host, rank) => ({ rank, host })).filter(({ rank }) => rank !== own);
  const given = { cc, context, activity, peers, own, joinSeconds, silentSeconds };
  const workerData: Watched = { ...given, advice: GOES_ON, endsProcess: endsWithPeers };
  // Nothing of what the main thread was started with.
  const thread = new Worker(new URL('./watch-thread.js', import.meta.url), { workerData, execArgv: [] });
  thread.unref();
  return () => void thread.terminate();
}
