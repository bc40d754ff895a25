import type { CApi, Pointer } from './c-functions.ts';
import type { SettledCluster } from './cluster.ts';
import { Status } from './status.ts';

/** Milliseconds between two looks at all others, and those in which one has to answer. */
const EVERY = 2000;
const ANSWERS = 3000;
/** `TF_UNAVAILABLE` of `tensorflow/c/tf_status.h`. */
const UNAVAILABLE = 14;

/**
 * Asks the other processes, which are all there by now, again and again whether they still are. One that does not answer
 * twice in a row, or that was started anew, ends every collective of this process with a message that names it: TensorFlow
 * itself waits for a process that is gone until the cluster's time is over. Looks are made while the main thread is free.
 */
export function watchPeers(
  { api, context }: { readonly api: CApi; readonly context: Pointer },
  { hosts, rank: own }: SettledCluster,
): void {
  const missed = new Map<number, number>();
  const answers = async (rank: number): Promise<boolean> => {
    const status = new Status(api);
    try {
      await new Promise<void>((resolve, reject) => {
        const task = `/job:worker/replica:0/task:${rank}`;
        api.TFE_CollectiveOpsCheckPeerHealth.async(context, task, ANSWERS, status.pointer, (error: unknown) => {
          if (error === null || error === undefined) resolve();
          else reject(error as Error);
        });
      });
      return api.TF_GetCode(status.pointer) === 0;
    } finally {
      status.delete();
    }
  };
  const look = async (): Promise<void> => {
    for (const [rank, host] of hosts.entries()) {
      if (rank === own) continue;
      const there = await answers(rank);
      missed.set(rank, there ? 0 : (missed.get(rank) ?? 0) + 1);
      if (missed.get(rank) === 2)
        return endCollectives(
          api,
          context,
          `process ${rank} (${host}) is gone: start all processes again, and they go on from the last checkpoint`,
        );
    }
    setTimeout(() => void look(), EVERY).unref();
  };
  setTimeout(() => void look(), EVERY).unref();
}

function endCollectives(api: CApi, context: Pointer, message: string): void {
  const status = new Status(api);
  try {
    api.TF_SetStatus(status.pointer, UNAVAILABLE, message);
    api.TFE_AbortCollectiveOps(context, status.pointer);
  } finally {
    status.delete();
  }
}
