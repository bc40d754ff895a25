import type { CApi, Pointer } from './c-functions.ts';
import type { SettledCluster } from './cluster.ts';
import { Status, type Explain } from './status.ts';

/** Milliseconds in which a process answers that is there. */
const ANSWERS = 1000;
/** `TF_UNAVAILABLE` of `tensorflow/c/tf_status.h`. */
const UNAVAILABLE = 14;

/** What is to be done about a process that is gone. */
export const GOES_ON = 'start all processes again, and they go on from the last checkpoint';

/**
 * What is said of a collective that failed: TensorFlow names an address or a node, and a process that ended because of
 * another one. Asks which of the processes are there still.
 */
export function explainBrokenOff(
  { api, context }: { readonly api: CApi; readonly context: Pointer },
  { hosts, rank: own }: SettledCluster,
): Explain {
  const isThere = (rank: number): boolean => {
    const status = new Status(api);
    try {
      api.TFE_CollectiveOpsCheckPeerHealth(context, `/job:worker/replica:0/task:${rank}`, ANSWERS, status.pointer);
      return api.TF_GetCode(status.pointer) === 0;
    } finally {
      status.delete();
    }
  };
  const named = (ranks: readonly number[]): string =>
    ranks.map((rank) => `process ${rank} (${hosts[rank]})`).join(', ');
  return (message, code) => {
    const ofOthers = code === UNAVAILABLE || message.includes('Collective ops is aborted');
    if (!ofOthers || message.includes(GOES_ON)) return undefined;
    const gone = [...hosts.keys()].filter((rank) => rank !== own && !isThere(rank));
    if (gone.length > 0) return `${named(gone)} ${gone.length === 1 ? 'is' : 'are'} gone: ${GOES_ON}`;
    // Each process that passes an error on adds where it has it from: the last one named had it first.
    const from = [...message.matchAll(/remote target \/job:worker\/replica:0\/task:(\d+)/g)].at(-1)?.[1];
    return from === undefined ? undefined : `${named([Number(from)])} broke off: ${GOES_ON}`;
  };
}
