import { flattenTree } from '@spatial-ensemble/engine';
import type * as tf from '@tensorflow/tfjs-core';
import type { Listener } from './moment.ts';

/** What the first steps tell of the rest. */
export interface Pace {
  readonly stepMs: number;
  /** Steps that are left. */
  readonly left: number;
  /** Bytes of tensors in a checkpoint. */
  readonly checkpointBytes: number;
}

/** Asked after the first steps of a sitting, if more are to come; false: the run is saved and left there. */
export interface Pacing {
  readonly steps: number;
  goOn(pace: Pace): Promise<boolean>;
}

/** A listener that asks. */
export function paces({ steps: after, goOn }: Pacing): Listener {
  return async ({ done, steps, taken, settled, timing }) => {
    if (taken !== after || done === steps) return undefined;
    const state = await settled();
    const { stepMs } = timing();
    if (stepMs === undefined) return undefined;
    const values = flattenTree(state, 'state').leaves.reduce((sum, leaf) => sum + (leaf as tf.Tensor).size, 0);
    return (await goOn({ stepMs, left: steps - done, checkpointBytes: 4 * values })) ? undefined : 'stop';
  };
}
