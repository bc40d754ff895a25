import { LONGEST_SIDE, type ImageShape } from '../shapes.ts';
import { createArena, exchange, region, type Arena, type RegionName } from './arena.ts';

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
  /** Whether the image is in floats: float32 on [0, 1], in the region `floats`. */
  inFloats: boolean;
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
  /** The memory of `pixels` and `spare`, and of what kernels work on beside them. */
  readonly arena: Arena;
}

/** @throws RangeError unless the sides are whole and from 1 to 16,384, and there are 1 or 3 channels */
export function createCanvas(shape: ImageShape): Canvas {
  const canvas: Canvas = {
    height: 0,
    width: 0,
    channels: 0,
    pixels: new Uint8Array(0),
    spare: new Uint8Array(0),
    inFloats: false,
    shown: new Uint8Array(0),
    spareShown: new Uint8Array(0),
    holes: false,
    from: new Int32Array(0),
    histogram: new Int32Array(0),
    table: new Uint8Array(0),
    arena: createArena(),
  };
  reshape(canvas, shape);
  return canvas;
}

/**
 * Makes room for an image of another shape; what is in `pixels` stays there if it is not longer than the image was.
 *
 * @throws RangeError as `createCanvas`
 */
export function reshape(canvas: Canvas, { height, width, channels }: ImageShape): void {
  for (const side of [height, width]) {
    if (!Number.isInteger(side) || side < 1 || side > LONGEST_SIDE)
      throw new RangeError(`an image's side must be whole and from 1 to ${LONGEST_SIDE} pixels, got ${side}`);
  }
  if (channels !== 1 && channels !== 3)
    throw new RangeError(`an image has 1 channel (grey) or 3 (red, green, blue), got ${channels}`);
  canvas.height = height;
  canvas.width = width;
  canvas.channels = channels;
  const area = height * width;
  room(canvas, 'pixels', area * channels);
  room(canvas, 'spare', area * channels);
  view(canvas);
  if (canvas.from.length === area && canvas.table.length === 256 * channels) return;
  canvas.shown = part(canvas.shown, area);
  canvas.spareShown = part(canvas.spareShown, area);
  canvas.from =
    canvas.from.buffer.byteLength >= 4 * area ? new Int32Array(canvas.from.buffer, 0, area) : new Int32Array(area);
  canvas.histogram = new Int32Array(256 * channels);
  canvas.table = new Uint8Array(256 * channels);
}

/** The beginning of the memory of an array, or new memory if it is too small. */
function part(memory: Uint8Array, length: number): Uint8Array {
  return memory.buffer.byteLength >= length ? new Uint8Array(memory.buffer, 0, length) : new Uint8Array(length);
}

/** The address of a region of at least some bytes for the kernels. */
export function room(canvas: Canvas, name: RegionName, bytes: number): number {
  const at = region(canvas.arena, name, bytes);
  if (canvas.pixels.buffer !== canvas.arena.memory.buffer) view(canvas);
  return at;
}

/** Looks at the kernels' memory anew. */
function view(canvas: Canvas): void {
  const { arena, height, width, channels } = canvas;
  const length = height * width * channels;
  const pixels = region(arena, 'pixels', length);
  const spare = region(arena, 'spare', length);
  canvas.pixels = new Uint8Array(arena.memory.buffer, pixels, length);
  canvas.spare = new Uint8Array(arena.memory.buffer, spare, length);
}

/** Makes the spare buffer the image. */
export function swapPixels(canvas: Canvas): void {
  exchange(canvas.arena, 'pixels', 'spare');
  [canvas.pixels, canvas.spare] = [canvas.spare, canvas.pixels];
}

/** Makes the spare buffer the image, which has another shape: the buffer was given room for it. */
export function swapReshaped(canvas: Canvas, shape: ImageShape): void {
  exchange(canvas.arena, 'pixels', 'spare');
  reshape(canvas, shape);
}
