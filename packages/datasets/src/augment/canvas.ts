/** The size of one image. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  /** 1 or 3 */
  readonly channels: number;
}

/**
 * The memory in which one image is transformed: two buffers that take turns, and what the operations need beside
 * them, so that augmenting allocates next to nothing. One canvas serves any number of images of any size, one after
 * the other: its arrays always have the length that the image's shape asks for, in memory that grows to the largest.
 */
export interface Canvas {
  /** The image's shape as it is now. */
  height: number;
  width: number;
  channels: number;
  /** The image as it is now, `[height, width, channels]`; not valid while the image is in floats. */
  pixels: Uint8Array;
  /** Where the next operation writes if it cannot work in place. */
  spare: Uint8Array;
  /** Rows of an image that is being resized. */
  between: Uint8Array;
  /** For each pixel 1 if it shows the image, 0 if a geometric operation uncovered it; only valid with `holes`. */
  shown: Uint8Array;
  spareShown: Uint8Array;
  /** Whether anything is uncovered. */
  holes: boolean;
  /** For a geometric operation: the pixel that each pixel comes from, or -1 for none. */
  from: Int32Array;
  /** Counts of the 256 values of each channel, channel after channel. */
  histogram: Int32Array;
  /** New values for the 256 values of each channel, channel after channel. */
  table: Uint8Array;
  /** Whether the image is in floats: `floats` holds it, as values in [0, 1], and `pixels` does not. */
  inFloats: boolean;
  floats: Float32Array;
  spareFloats: Float32Array;
  betweenFloats: Float32Array;
}

/** The longest side in pixels: geometric operations compute in 16.16 fixed point, as Pillow does up to 32,768. */
export const LONGEST_SIDE = 16_384;

/** @throws RangeError unless the sides are whole and from 1 to 16,384, and there are 1 or 3 channels */
export function createCanvas(shape: ImageShape): Canvas {
  const canvas: Canvas = {
    height: 0,
    width: 0,
    channels: 0,
    pixels: new Uint8Array(0),
    spare: new Uint8Array(0),
    between: new Uint8Array(0),
    shown: new Uint8Array(0),
    spareShown: new Uint8Array(0),
    holes: false,
    from: new Int32Array(0),
    histogram: new Int32Array(0),
    table: new Uint8Array(0),
    inFloats: false,
    floats: new Float32Array(0),
    spareFloats: new Float32Array(0),
    betweenFloats: new Float32Array(0),
  };
  reshape(canvas, shape);
  return canvas;
}

/**
 * Makes room for an image of another shape. An array that has its length already keeps its content.
 *
 * @throws RangeError as `createCanvas`
 */
export function reshape(canvas: Canvas, { height, width, channels }: ImageShape): void {
  if (height === canvas.height && width === canvas.width && channels === canvas.channels) return;
  for (const side of [height, width]) {
    if (!Number.isInteger(side) || side < 1 || side > LONGEST_SIDE)
      throw new RangeError(`an image's side must be whole and from 1 to ${LONGEST_SIDE} pixels, got ${side}`);
  }
  if (channels !== 1 && channels !== 3)
    throw new RangeError(`an image has 1 channel (grey) or 3 (red, green, blue), got ${channels}`);
  const area = height * width;
  canvas.height = height;
  canvas.width = width;
  canvas.channels = channels;
  canvas.pixels = bytes(canvas.pixels, area * channels);
  canvas.spare = bytes(canvas.spare, area * channels);
  canvas.shown = bytes(canvas.shown, area);
  canvas.spareShown = bytes(canvas.spareShown, area);
  if (canvas.from.length !== area)
    canvas.from =
      canvas.from.buffer.byteLength >= 4 * area ? new Int32Array(canvas.from.buffer, 0, area) : new Int32Array(area);
  if (canvas.table.length !== 256 * channels) {
    canvas.histogram = new Int32Array(256 * channels);
    canvas.table = new Uint8Array(256 * channels);
  }
}

/** `memory` with a length in bytes: itself, a part or the whole of its buffer, or a new one if it is too small. */
export function bytes(memory: Uint8Array, length: number): Uint8Array {
  if (memory.length === length) return memory;
  return memory.buffer.byteLength >= length ? new Uint8Array(memory.buffer, 0, length) : new Uint8Array(length);
}

/** As `bytes`, in float32. */
export function floats(memory: Float32Array, length: number): Float32Array {
  if (memory.length === length) return memory;
  return memory.buffer.byteLength >= 4 * length ? new Float32Array(memory.buffer, 0, length) : new Float32Array(length);
}

/** Makes the spare buffer the image. */
export function swapPixels(canvas: Canvas): void {
  [canvas.pixels, canvas.spare] = [canvas.spare, canvas.pixels];
}

/** As `swapPixels`, of an image in floats. */
export function swapFloats(canvas: Canvas): void {
  [canvas.floats, canvas.spareFloats] = [canvas.spareFloats, canvas.floats];
}
