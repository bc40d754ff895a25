/** The longest side in pixels: geometric operations compute in 16.16 fixed point, as Pillow does up to 32,768. */
export const LONGEST_SIDE = 16_384;

/** The size of one image. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  /** 1 or 3 */
  readonly channels: number;
}

/** What is known of all images of a source: files may have any size, so that only the channels are. */
export interface SourceShape {
  readonly height?: number;
  readonly width?: number;
  /** 1 or 3 */
  readonly channels: number;
  /** The shorter side, where a resize has just set it. */
  readonly resizedTo?: number;
}

/** The sides of an image, in pixels. */
export interface Sides {
  readonly height: number;
  readonly width: number;
}

/** A rectangle in pixels. */
export interface Window extends Sides {
  readonly top: number;
  readonly left: number;
}

/** Images that have all become squares of one size. */
export function squares({ size }: { readonly size: number }, { channels }: SourceShape): SourceShape {
  return { height: size, width: size, channels };
}
