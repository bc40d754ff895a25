import { refused } from './image-kind.ts';

/** What a TIFF file says of its first image, as far as it matters here. */
interface TiffHeader {
  readonly bits: readonly number[];
  readonly compression: number;
  readonly photometric: number;
  readonly samples: number;
  /** 1: the channels of a pixel lie together; 2: each in a plane of its own. */
  readonly planar: number;
  /** What channels beyond the colours are: 0 unnamed, 1 alpha that the colours were multiplied by, 2 alpha. */
  readonly extra: readonly number[];
  readonly fillOrder: number;
  readonly format: number;
  readonly palette: readonly number[];
  readonly camera: boolean;
  /** Where the first value of `extra` lies in the file. */
  readonly extraAt: number | undefined;
  /** Where the pixels' data end. */
  readonly end: number;
}

const GREY_WHITE = 0;
const GREY = 1;
const RGB = 2;
const PALETTE = 3;
const CMYK = 5;
const YCBCR = 6;
const ASSOCIATED = 1;
const JPEG = 7;
/** None, three of fax machines, LZW, JPEG, deflate by two numbers, PackBits. */
const COMPRESSIONS = [1, 2, 3, 4, 5, JPEG, 8, 32_946, 32_773];

const COLOURS: { readonly [photometric: number]: string } = {
  [GREY_WHITE]: 'grey, white is zero',
  [GREY]: 'grey',
  [RGB]: 'RGB',
  [PALETTE]: 'palette',
  [CMYK]: 'CMYK',
  [YCBCR]: 'YCbCr',
  8: 'CIELab',
  32_803: 'a camera’s colour filter',
};

/** Bytes that the decoder gives the stored values of. */
export interface ReadableTiff {
  readonly bytes: Uint8Array;
  /** Whether the colours were multiplied by the alpha channel. */
  readonly premultiplied: boolean;
}

/**
 * Checks that a TIFF is of a kind whose pixels are read as Pillow does, and that it is whole: the decoder fills what is
 * missing.
 *
 * @throws Error that names the kind
 */
export function readableTiff(bytes: Uint8Array): ReadableTiff {
  const header = headerOf(bytes);
  const problem = problemOf(header);
  if (problem !== undefined) throw refused(problem);
  if (header.end > bytes.length) throw new Error(`it is cut off: its pixels end after ${header.end} bytes`);
  if (header.extra[0] !== ASSOCIATED) return { bytes, premultiplied: false };
  // The decoder would divide by alpha in another arithmetic; told that it is plain alpha, it lets the values be.
  const plain = Uint8Array.from(bytes);
  plain[header.extraAt!] = 2;
  return { bytes: plain, premultiplied: true };
}

function problemOf(header: TiffHeader): string | undefined {
  const { bits, compression, photometric, samples, planar, extra, format, palette, camera } = header;
  if (camera) return 'a raw file of a camera (DNG)';
  const colours = COLOURS[photometric] ?? `colours of kind ${photometric}`;
  const layout = `${bits.join(', ')} bits (${colours}${extra.length > 0 ? `, extra samples ${extra.join(', ')}` : ''})`;
  if (format !== 1) return `a TIFF of ${format === 3 ? 'floating-point numbers' : 'signed numbers'}, ${layout}`;
  if (!COMPRESSIONS.includes(compression)) return `a TIFF with compression ${compression}`;
  if (photometric === YCBCR && compression !== JPEG) return 'a TIFF of YCbCr that is not compressed as JPEG';
  if (palette.length > 0 && palette.every((level) => level < 256))
    return 'a TIFF whose palette has 8 bits instead of 16';
  if (planar === 2 && samples > 1 && !isReadInPlanes(header)) return `a TIFF of planes, ${layout}`;
  return isRead(header) ? undefined : `a TIFF of ${layout}`;
}

function isRead({ bits: all, photometric, samples, extra, fillOrder }: TiffHeader): boolean {
  const [bits] = all;
  if (bits === undefined || all.some((other) => other !== bits)) return false;
  const [first = 2] = extra;
  const upToByte = [1, 2, 4, 8].includes(bits);
  const isAlpha = extra.length <= 1 && [0, 2].includes(first);
  switch (photometric) {
    case GREY_WHITE:
      return samples === 1 && upToByte;
    case GREY:
      return samples === 1 ? upToByte || bits === 16 : samples === 2 && bits === 8 && extra.length === 1 && isAlpha;
    case RGB:
      if (samples === 3) return bits === 8 || bits === 16;
      return samples === 4 && ((bits === 8 && first === ASSOCIATED) || ([8, 16].includes(bits) && isAlpha));
    case PALETTE:
      if (samples === 1) return upToByte && fillOrder === 1;
      return samples === 2 && bits === 8 && extra.length === 1 && isAlpha;
    case CMYK:
      return samples === 4 && bits === 8;
    case YCBCR:
      return samples === 3 && bits === 8;
    default:
      return false;
  }
}

function isReadInPlanes({ bits, compression, photometric, samples, extra }: TiffHeader): boolean {
  if (compression === JPEG || bits[0] !== 8) return false;
  return photometric === CMYK || (photometric === RGB && (samples === 3 || extra[0] === 2));
}

/** Bytes of a value, by TIFF's number of its type. */
const SIZES: { readonly [type: number]: number } = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** Where the values of a field lie, whose numbers are read once they are asked for: a file may name any region twice. */
interface Field {
  readonly at: number;
  readonly type: number;
  readonly length: number;
}

/** An image of `MOST_PIXELS` has fewer tiles of 16 x 16, the smallest that there are, and fewer strips in any other. */
const MOST_VALUES = 1 << 20;

function headerOf(bytes: Uint8Array): TiffHeader {
  const fields = fieldsOf(bytes);
  const of = (tag: number): readonly number[] => {
    const field = fields.get(tag);
    return field === undefined ? [] : valuesOf(bytes, tag, field);
  };
  const one = (tag: number, otherwise: number): number => of(tag)[0] ?? otherwise;
  const counts = fields.has(325) ? of(325) : of(279);
  const starts = fields.has(324) ? of(324) : of(273);
  const samples = one(277, 1);
  const extraAt = fields.get(338)?.at;
  return {
    bits: fields.has(258) ? of(258) : [1],
    compression: one(259, 1),
    photometric: one(262, -1),
    samples,
    planar: one(284, 1),
    extra: of(338),
    fillOrder: one(266, 1),
    format: one(339, 1),
    palette: of(320),
    camera: fields.has(50_706),
    // Of a 16-bit number, the byte that counts.
    extraAt: extraAt === undefined ? undefined : extraAt + (bytes[0] === 0x4d ? 1 : 0),
    end: starts.reduce((end, start, i) => Math.max(end, start + (counts[i] ?? 0)), 0),
  };
}

/** The fields of the first directory, by tag. @throws Error if it lies beyond the file's end */
function fieldsOf(bytes: Uint8Array): ReadonlyMap<number, Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const fields = new Map<number, Field>();
  try {
    const big = view.getUint16(2, little) === 43;
    const short = (at: number): number => view.getUint16(at, little);
    const long = (at: number): number => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
    const start = long(big ? 8 : 4);
    const count = big ? long(start) : short(start);
    const [first, step, value] = big ? [start + 8, 20, 12] : [start + 2, 12, 8];
    for (let entry = first; entry < first + count * step; entry += step) {
      const type = short(entry + 2);
      const size = SIZES[type];
      // Of a type that is not read, only that it is there counts.
      const length = size === undefined ? 0 : long(entry + 4);
      const bytesOf = length * (size ?? 0);
      const at = size === undefined ? entry : bytesOf <= (big ? 8 : 4) ? entry + value : long(entry + value);
      if (at + bytesOf > bytes.length) throw new RangeError();
      fields.set(short(entry), { at, type, length });
    }
    return fields;
  } catch (error) {
    throw new Error('it is cut off: its directory lies beyond its end', { cause: error });
  }
}

function valuesOf(bytes: Uint8Array, tag: number, { at, type, length }: Field): number[] {
  if (length > MOST_VALUES)
    throw new Error(`it has ${length} values in its field ${tag}, where ${MOST_VALUES} suffice`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const size = SIZES[type] ?? 0;
  const numbers: { readonly [type: number]: (at: number) => number } = {
    1: (place) => view.getUint8(place),
    3: (place) => view.getUint16(place, little),
    4: (place) => view.getUint32(place, little),
    16: (place) => Number(view.getBigUint64(place, little)),
  };
  const read = numbers[type];
  return read === undefined ? [] : Array.from({ length }, (_, i) => read(at + i * size));
}
