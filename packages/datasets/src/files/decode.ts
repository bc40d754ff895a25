import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import type { Decoding } from '../image-source.ts';
import { decodeBmp } from './bmp.ts';
import { rgbOfCmyk, rgbOfGrey16, rgbOfPremultiplied } from './pillow-colours.ts';
import { readableGif } from './gif.ts';
import { kindOf, refused, type ImageKind } from './image-kind.ts';
import { checkPng, hasAlphaChannel } from './png.ts';
import type { Decoded } from './decoded.ts';
import { MOST_PIXELS } from './most-pixels.ts';
import { turned } from './orientation.ts';
import { squareOf } from './square-of.ts';
import { readableTiff } from './tiff.ts';

// Threads of ours share the work already, and no image is decoded twice in a row.
sharp.concurrency(1);
sharp.cache(false);

type SharpKind = Exclude<ImageKind, 'BMP'>;

/**
 * What Pillow does when torchvision opens an image: embedded colour profiles and orientations are ignored, and so are
 * the decoder's warnings; a file that is damaged so that pixels are missing is refused.
 */
const AS_PILLOW: SharpOptions = { ignoreIcc: true, autoOrient: false, failOn: 'error', limitInputPixels: false };

/**
 * An image file's pixels as `PIL.Image.open(file).convert('RGB')` gives them: JPEG, PNG, WebP, TIFF, BMP or GIF, told
 * apart by their content; alpha is dropped, of 16 bits the upper 8 stay, grey becomes three equal channels. They are
 * resized where `decoding` says so.
 *
 * @throws Error that says why the file cannot be decoded, or which kind of file it is that is not read
 */
export async function decode(bytes: Uint8Array, decoding: Decoding): Promise<Decoded> {
  const kind = kindOf(bytes);
  const decoded = kind === 'BMP' ? decodeBmp(bytes) : await decodeWithSharp(kind, bytes, decoding);
  return decoding.resize === undefined ? decoded : squareOf(decoded, decoding.resize);
}

async function decodeWithSharp(
  kind: SharpKind,
  bytes: Uint8Array,
  { shrinkTo, orientation }: Decoding,
): Promise<Decoded> {
  const { bytes: readable, premultiplied = false } = readableOf(kind, bytes);
  const image = sharp(readable, AS_PILLOW);
  const header = await image.metadata();
  const { width, height } = header;
  if (header.format !== kind.toLowerCase()) throw refused(`a ${kind} file that holds ${header.format}`);
  if (width * height > MOST_PIXELS)
    throw new Error(`it has ${width} x ${height} pixels, more than ${MOST_PIXELS.toLocaleString('en')}`);
  const decoded = await rgbOf(shrunk(image, header, shrinkTo), header, { kind, bytes, premultiplied });
  // Pillow itself turns TIFF images, and no others.
  return kind === 'TIFF' || orientation === 'exif' ? turned(decoded, header.orientation ?? 1) : decoded;
}

/** What the decoder is given: checked where it lets damage pass, and so that it gives stored values. */
function readableOf(
  kind: SharpKind,
  bytes: Uint8Array,
): { readonly bytes: Uint8Array; readonly premultiplied?: boolean } {
  switch (kind) {
    case 'TIFF':
      return readableTiff(bytes);
    case 'GIF':
      return { bytes: readableGif(bytes) };
    case 'PNG':
      checkPng(bytes);
      return { bytes };
    case 'JPEG':
      if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf('\xff\xd9', undefined, 'latin1') < 0)
        throw new Error('it is cut off: it has no end marker');
      return { bytes };
    case 'WebP':
      return { bytes };
  }
}

/** What the decoder does not tell of a file. */
interface Known {
  readonly kind: SharpKind;
  readonly bytes: Uint8Array;
  readonly premultiplied: boolean;
}

async function rgbOf(image: Sharp, { space, channels }: Metadata, known: Known): Promise<Decoded> {
  if (space === 'cmyk') return rgbOfCmyk(await raw(image.pipelineColourspace('cmyk').toColourspace('cmyk')));
  // A transparent grey level is a second channel to the decoder, and nothing to Pillow.
  if (space === 'grey16' && (channels === 1 || (known.kind === 'PNG' && !hasAlphaChannel(known.bytes))))
    return rgbOfGrey16(await raw(image.toColourspace('grey16'), 'ushort'));
  if (known.premultiplied) return rgbOfPremultiplied(await raw(image.toColourspace('srgb')));
  const { data, shape } = await raw(image.toColourspace('srgb').removeAlpha());
  if (shape.channels !== 3) throw new Error(`it has ${shape.channels} channels in the colour space ${space}`);
  return { data, shape };
}

async function raw(image: Sharp, depth: 'uchar' | 'ushort' = 'uchar'): Promise<Decoded> {
  const { data, info } = await image.raw({ depth }).toBuffer({ resolveWithObject: true });
  return { data, shape: { height: info.height, width: info.width, channels: info.channels } };
}

/** The decoder itself skips the finer coefficients, to a size that needs no further resize. */
function shrunk(image: Sharp, { format, width, height }: Metadata, shrinkTo: number | undefined): Sharp {
  const factor = [8, 4, 2].find((by) => shrinkTo !== undefined && Math.min(width, height) >= by * shrinkTo);
  if (factor === undefined || format !== 'jpeg') return image;
  return image.resize(Math.ceil(width / factor), Math.ceil(height / factor), { fit: 'fill', fastShrinkOnLoad: true });
}
