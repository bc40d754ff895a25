import type { ImageShape } from '@spatial-ensemble/augment';

/** One image's pixels, `[height, width, channels]` from `data[at]` on; valid until the next one is asked for. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly at: number;
  readonly shape: ImageShape;
}
