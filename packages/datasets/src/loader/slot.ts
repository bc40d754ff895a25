import { outputShape, type SourceShape } from '@spatial-ensemble/augment';
import type { StreamSpec } from '../stream.ts';

/** The memory of one step's batch, shared by all threads. */
export interface Slot {
  /** In the order of the streams. */
  readonly streams: readonly {
    /** `[batch]`: which images of the source these are. */
    readonly indices: Int32Array;
    /** `[batch]` */
    readonly labels: Int32Array;
    /** In the order of the views: `[batch, height, width, channels]`, of the shape that a view's augmentation leaves. */
    readonly views: readonly Uint8Array[];
  }[];
}

export function createSlot(streams: readonly StreamSpec[], source: SourceShape): Slot {
  return {
    streams: streams.map(({ batch, views }) => ({
      indices: new Int32Array(new SharedArrayBuffer(4 * batch)),
      labels: new Int32Array(new SharedArrayBuffer(4 * batch)),
      views: views.map(({ augment }) => {
        const { height, width, channels } = outputShape(augment, source);
        return new Uint8Array(new SharedArrayBuffer(batch * height * width * channels));
      }),
    })),
  };
}
