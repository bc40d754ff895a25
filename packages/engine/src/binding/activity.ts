import type { CApi } from './c-functions.ts';
import { PLACES } from './silence.js';

/** Milliseconds between two beats of the main thread, which says by them that its event loop turns: several to each look at them. */
const BEAT_MS = 250;

/**
 * What the main thread does with TensorFlow, told to the thread that looks after the process: how many calls it has begun,
 * how many block it now, how many it awaits in its event loop, and how often that loop has turned.
 */
export interface Activity {
  readonly shared: SharedArrayBuffer;
  /** The same functions; those that may wait for other processes say so while they do. */
  readonly api: CApi;
}

/** @param api of the library */
export function tellActivity(api: CApi): Activity {
  const shared = new SharedArrayBuffer(Object.keys(PLACES).length * Int32Array.BYTES_PER_ELEMENT);
  const told = new Int32Array(shared);
  setInterval(() => Atomics.add(told, PLACES.beats, 1), BEAT_MS).unref();

  const blocking = <T>(call: (...args: unknown[]) => T, args: unknown[]): T => {
    Atomics.add(told, PLACES.calls, 1);
    Atomics.add(told, PLACES.blocking, 1);
    try {
      return call(...args);
    } finally {
      Atomics.sub(told, PLACES.blocking, 1);
    }
  };
  const both = <F extends CApi['TFE_ExecutorWaitForAllPendingNodes' | 'TFE_TensorHandleResolve']>(fn: F): F =>
    Object.assign((...args: unknown[]) => blocking<unknown>(fn, args), {
      async: (...args: unknown[]) => {
        const done = args.pop() as (...given: unknown[]) => void;
        Atomics.add(told, PLACES.calls, 1);
        Atomics.add(told, PLACES.pending, 1);
        fn.async(...args, (...given: unknown[]) => {
          Atomics.sub(told, PLACES.pending, 1);
          done(...given);
        });
      },
    }) as F;
  return {
    shared,
    api: {
      ...api,
      TFE_Execute: (...args) => blocking(api.TFE_Execute, args),
      TFE_ExecutorWaitForAllPendingNodes: both(api.TFE_ExecutorWaitForAllPendingNodes),
      TFE_TensorHandleResolve: both(api.TFE_TensorHandleResolve),
    },
  };
}
