import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import type { ImageShape } from '../augment/canvas.ts';
import type { Decoding } from '../image-source.ts';

// Threads of ours share the work already, and no image is decoded twice in a row.
sharp.concurrency(1);
sharp.cache(false);

/** uint8 `[height, width, 3]` */
export interface Decoded {
  readonly data: Uint8Array;
  readonly shape: ImageShape;
}

/**
 * What Pillow does when torchvision opens an image: embedded colour profiles and orientations are ignored, and so are
 * warnings of the decoder; a file that ends too early is refused.
 */
const AS_PILLOW: SharpOptions = { ignoreIcc: true, autoOrient: false, failOn: 'truncated' };

/**
 * An image file's pixels as `PIL.Image.open(file).convert('RGB')` gives them: JPEG, PNG, WebP, TIFF or GIF, told apart
 * by their content; alpha is dropped, of 16 bits the upper 8 stay, grey becomes three equal channels.
 *
 * @throws Error that says why the file cannot be decoded
 */
export async function decode(bytes: Uint8Array, { shrinkTo }: Decoding): Promise<Decoded> {
  const image = sharp(bytes, AS_PILLOW);
  const header = await image.metadata();
  if (header.space === 'cmyk') return rgbOfCmyk(await raw(image.pipelineColourspace('cmyk').toColourspace('cmyk')));
  if (header.space === 'grey16' && header.channels === 1) return rgbOfGrey16(image);
  const { data, shape } = await raw(shrunk(image, header, shrinkTo).toColourspace('srgb').removeAlpha());
  if (shape.channels !== 3) throw new Error(`it has ${shape.channels} channels in the colour space ${header.space}`);
  return { data, shape };
}

async function raw(image: Sharp): Promise<Decoded> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, shape: { height: info.height, width: info.width, channels: info.channels } };
}

/** The decoder itself skips the finer coefficients, to a size that needs no further resize. */
function shrunk(image: Sharp, { format, width, height }: Metadata, shrinkTo: number | undefined): Sharp {
  const factor = [8, 4, 2].find((by) => shrinkTo !== undefined && Math.min(width, height) >= by * shrinkTo);
  if (factor === undefined || format !== 'jpeg') return image;
  return image.resize(Math.ceil(width / factor), Math.ceil(height / factor), { fit: 'fill', fastShrinkOnLoad: true });
}

/** Pillow's rule (src/libImaging/Convert.c, `cmyk2rgb`), which knows no profile of inks; sharp's own does. */
function rgbOfCmyk({ data, shape }: Decoded): Decoded {
  const rgb = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const light = 255 - data[from + 3]!;
    for (let c = 0; c < 3; c++) rgb[to + c] = light - byShare(data[from + c]!, light);
  }
  return { data: rgb, shape: { ...shape, channels: 3 } };
}

/** a b / 255, rounded, as Pillow's macro `MULDIV255`. */
function byShare(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/** Pillow cuts 16-bit grey to 255 instead of scaling it, and so does torchvision. */
async function rgbOfGrey16(image: Sharp): Promise<Decoded> {
  const { data, info } = await image
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const grey = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  const rgb = new Uint8Array(grey.length * 3);
  grey.forEach((value, i) => rgb.fill(Math.min(value, 255), 3 * i, 3 * i + 3));
  return { data: rgb, shape: { height: info.height, width: info.width, channels: 3 } };
}
