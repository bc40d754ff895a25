/** The size of one image. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  /** 1 or 3 */
  readonly channels: number;
}

/**
 * The memory in which one image is transformed: two buffers that take turns, and what the operations need beside
 * them, so that augmenting allocates nothing. One canvas serves any number of images, one after the other.
 */
export interface Canvas extends ImageShape {
  /** The image as it is now, `[height, width, channels]`. */
  pixels: Uint8Array;
  /** Where the next operation writes if it cannot work in place. */
  spare: Uint8Array;
  /** For each pixel 1 if it shows the image, 0 if a geometric operation uncovered it; only valid with `holes`. */
  shown: Uint8Array;
  spareShown: Uint8Array;
  /** Whether anything is uncovered. */
  holes: boolean;
  /** For a geometric operation: the pixel that each pixel comes from, or -1 for none. */
  readonly from: Int32Array;
  /** Counts of the 256 values of each channel, channel after channel. */
  readonly histogram: Int32Array;
  /** New values for the 256 values of each channel, channel after channel. */
  readonly table: Uint8Array;
}

// Geometric operations compute in 16.16 fixed point, as Pillow does up to 32,768 pixels a side.
const LONGEST_SIDE = 16_384;

/** @throws RangeError unless the sides are whole and from 1 to 16,384, and there are 1 or 3 channels */
export function createCanvas({ height, width, channels }: ImageShape): Canvas {
  for (const side of [height, width]) {
    if (!Number.isInteger(side) || side < 1 || side > LONGEST_SIDE)
      throw new RangeError(`an image's side must be whole and from 1 to ${LONGEST_SIDE} pixels, got ${side}`);
  }
  if (channels !== 1 && channels !== 3)
    throw new RangeError(`an image has 1 channel (grey) or 3 (red, green, blue), got ${channels}`);
  const area = height * width;
  return {
    height,
    width,
    channels,
    pixels: new Uint8Array(area * channels),
    spare: new Uint8Array(area * channels),
    shown: new Uint8Array(area),
    spareShown: new Uint8Array(area),
    holes: false,
    from: new Int32Array(area),
    histogram: new Int32Array(256 * channels),
    table: new Uint8Array(256 * channels),
  };
}

/** Makes the spare buffer the image. */
export function swapPixels(canvas: Canvas): void {
  [canvas.pixels, canvas.spare] = [canvas.spare, canvas.pixels];
}
