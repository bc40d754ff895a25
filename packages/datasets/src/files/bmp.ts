import type { Decoded } from './decoded.ts';
import { refused } from './image-kind.ts';
import { MOST_PIXELS } from './most-pixels.ts';

// Windows' and OS/2's bitmaps without compression, as Pillow reads them (13.0.0, src/PIL/BmpImagePlugin.py). The decoder
// of the other kinds has none for them; of npm's own, those that were tried read no palettes (fast-bmp 4.0.1) or give
// them other colours (bmp-ts 1.0.9).

/** Where the colours of a pixel lie. */
interface Layout {
  readonly bits: 1 | 4 | 8 | 16 | 24 | 32;
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  /** Where the palette begins, its colours, and the bytes of each: blue, green, red, and mostly one more. */
  readonly palette: { readonly at: number; readonly colours: number; readonly bytes: number };
  /** Of red, green and blue in a pixel of 16 or 32 bits. */
  readonly masks: readonly [red: number, green: number, blue: number];
  /** Where the pixels begin. */
  readonly at: number;
  /** Bytes of a row, and of its pixels alone: rows are padded to four bytes, the last one not always. */
  readonly stride: number;
  readonly rowBytes: number;
}

/** Lengths of the second header by which versions are told: OS/2's, Windows' 3, 3 with masks, OS/2's 2, 4, 5. */
const HEADERS = [12, 40, 52, 56, 64, 108, 124];
const DEPTHS = [1, 4, 8, 16, 24, 32] as const;
const OS2 = 12;
const [PLAIN, MASKED] = [0, 3];
const RUN_LENGTHS = [1, 2];

const FIVE_BITS = [0x7c00, 0x3e0, 0x1f] as const;
const BYTES = [0xff0000, 0xff00, 0xff] as const;
/** What masks of red, green, blue and alpha Pillow reads, by the bits of a pixel. */
const MASKS: { readonly [bits: number]: readonly (readonly number[])[] } = {
  16: [
    [0xf800, 0x7e0, 0x1f, 0],
    [...FIVE_BITS, 0],
  ],
  24: [[...BYTES, 0]],
  32: [
    [...BYTES, 0],
    [...BYTES, 0xff000000],
    [0xff, 0xff00, 0xff0000, 0xff000000],
    [0xff000000, 0xff0000, 0xff00, 0],
    [0xff000000, 0xff00, 0xff, 0],
    [0xff000000, 0xff0000, 0xff00, 0xff],
    [0xff000000, 0xff00, 0xff, 0xff0000],
  ],
};

/** Where a BMP ends at the least. @param head its first bytes. @throws Error that names the kind of BMP that is not read */
export function endOfBmp(head: Uint8Array): number {
  return endOf(layoutOf(head));
}

/** @throws Error that names the kind of BMP that is not read, or says that it is cut off */
export function decodeBmp(bytes: Uint8Array): Decoded {
  const layout = layoutOf(bytes);
  const { width, height, topDown, at, stride, palette } = layout;
  const end = Math.max(endOf(layout), palette.at + palette.bytes * palette.colours);
  if (bytes.length < end) throw new Error(`it is cut off: it has ${bytes.length} of ${end} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Uint8Array(3 * width * height);
  const colour = layout.bits <= 8 ? ofPalette(layout, view) : ofMasks(layout, view);
  for (let y = 0, out = 0; y < height; y++) {
    const row = at + (topDown ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x++, out += 3) colour(row, x, data, out);
  }
  return { data, shape: { height, width, channels: 3 } };
}

function endOf({ at, stride, height, rowBytes }: Layout): number {
  return at + stride * (height - 1) + rowBytes;
}

/** Writes the colour of a pixel, of the row at `row`, to `out`. */
type Colour = (row: number, x: number, data: Uint8Array, out: number) => void;

/** A colour that the palette lacks is black, as with Pillow. */
function ofPalette({ bits, palette }: Layout, view: DataView): Colour {
  const colours = new Uint8Array(3 * 256);
  for (let i = 0; i < Math.min(palette.colours, 256); i++)
    for (let c = 0; c < 3; c++) colours[3 * i + c] = view.getUint8(palette.at + palette.bytes * i + 2 - c);
  const each = 8 / bits;
  return (row, x, data, out) => {
    const byte = view.getUint8(row + Math.floor(x / each));
    const index = (byte >> (bits * (each - 1 - (x % each)))) & ((1 << bits) - 1);
    data.set(colours.subarray(3 * index, 3 * index + 3), out);
  };
}

function ofMasks({ bits, masks }: Layout, view: DataView): Colour {
  const places = masks.map((mask) => ({ shift: Math.log2((mask & -mask) >>> 0), mask }));
  const scaled = places.map(({ mask, shift }) => mask >>> shift);
  const pixel = (at: number): number => {
    if (bits === 16) return view.getUint16(at, true);
    return bits === 32 ? view.getUint32(at, true) : view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  };
  return (row, x, data, out) => {
    const value = pixel(row + (x * bits) / 8);
    for (let c = 0; c < 3; c++)
      data[out + c] = Math.trunc((((value & places[c]!.mask) >>> places[c]!.shift) * 255) / scaled[c]!);
  };
}

function layoutOf(bytes: Uint8Array): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return read(view);
  } catch (error) {
    throw error instanceof RangeError ? new Error('it is cut off in its header', { cause: error }) : error;
  }
}

/** @throws RangeError for a header that is cut off, Error for a BMP that is not read */
function read(view: DataView): Layout {
  const header = view.getUint32(14, true);
  if (!HEADERS.includes(header)) throw new Error(`it is damaged, or no BMP: its header says it has ${header} bytes`);
  const isOld = header === OS2;
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const tall = isOld ? view.getUint16(20, true) : view.getInt32(22, true);
  const height = Math.abs(tall);
  if (width < 1 || height < 1) throw new Error(`it is damaged: it says it has ${width} x ${tall} pixels`);
  if (width * height > MOST_PIXELS)
    throw new Error(`it has ${width} x ${height} pixels, more than ${MOST_PIXELS.toLocaleString('en')}`);
  const depth = view.getUint16(isOld ? 24 : 28, true);
  const bits = DEPTHS.find((one) => one === depth);
  const compression = isOld ? PLAIN : view.getUint32(30, true);
  if (RUN_LENGTHS.includes(compression)) throw refused('a BMP of run lengths');
  if (bits === undefined || (compression !== PLAIN && (compression !== MASKED || bits <= 8)))
    throw refused(`a BMP of ${depth} bits with compression ${compression}`);
  const after = 14 + header + (compression === MASKED && header === 40 ? 12 : 0);
  const bytes = isOld ? 3 : 4;
  const colours = bits > 8 ? 0 : (isOld ? 0 : view.getUint32(46, true)) || 1 << bits;
  if (colours > 65_536) throw new Error(`it is damaged: it says it has ${colours} colours`);
  const offset = view.getUint32(10, true) || after + bytes * colours;
  const rowBytes = Math.ceil((width * bits) / 8);
  return {
    bits,
    width,
    height,
    topDown: tall < 0,
    palette: { at: after, colours, bytes },
    masks: compression === MASKED ? masksOf(view, bits, header) : bits === 16 ? FIVE_BITS : BYTES,
    // Some writers leave the palette out of account.
    at: bits <= 8 && offset === 14 + header ? offset + 4 * colours : offset,
    stride: 4 * Math.ceil(rowBytes / 4),
    rowBytes,
  };
}

function masksOf(view: DataView, bits: number, header: number): Layout['masks'] {
  const [red = 0, green = 0, blue = 0] = [54, 58, 62].map((at) => view.getUint32(at, true));
  const alpha = header >= 56 ? view.getUint32(66, true) : 0;
  if (MASKS[bits]?.some((known) => [red, green, blue, alpha].every((mask, i) => mask === known[i])) !== true)
    throw refused(`a BMP of ${bits} bits with masks of its own`);
  return [red, green, blue];
}
