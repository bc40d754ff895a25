import type { ImageShape } from '@spatial-ensemble/augment';

/** uint8 `[height, width, 3]` */
export interface Decoded {
  readonly data: Uint8Array;
  readonly shape: ImageShape;
}
