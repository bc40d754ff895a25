import type { ImageShape } from '../augment/canvas.ts';
import type { StreamSpec } from '../stream.ts';

/** The memory of one step's batch, shared by all threads. */
export interface Slot {
  /** In the order of the streams. */
  readonly streams: readonly {
    /** `[batch]`: which images of the source these are. */
    readonly indices: Int32Array;
    /** `[batch]` */
    readonly labels: Int32Array;
    /** In the order of the views: `[batch, height, width, channels]`. */
    readonly views: readonly Uint8Array[];
  }[];
}

export function createSlot(streams: readonly StreamSpec[], { height, width, channels }: ImageShape): Slot {
  return {
    streams: streams.map(({ batch, views }) => ({
      indices: new Int32Array(new SharedArrayBuffer(4 * batch)),
      labels: new Int32Array(new SharedArrayBuffer(4 * batch)),
      views: views.map(() => new Uint8Array(new SharedArrayBuffer(batch * height * width * channels))),
    })),
  };
}
