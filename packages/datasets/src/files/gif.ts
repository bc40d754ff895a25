import { refused } from './image-kind.ts';

const CUT_OFF = 'it is cut off';

/**
 * Checks the first frame of a GIF: the decoder makes up what is missing of it. Pillow fills what a frame leaves of the
 * screen with the background's colour, the decoder leaves it black.
 *
 * @returns bytes without transparency: Pillow gives transparent pixels their colour, the decoder makes them black
 * @throws Error for a frame that is damaged, or does not cover its screen
 */
export function readableGif(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const short = (at: number): number => view.getUint16(at, true);
  let plain = bytes;
  try {
    let at = 13 + paletteBytes(view.getUint8(10));
    // Extensions: a mark, a kind, and blocks.
    while (view.getUint8(at) === 0x21) {
      if (view.getUint8(at + 1) === 0xf9) plain = opaque(plain === bytes ? Uint8Array.from(bytes) : plain, at + 3);
      at = blocksFrom(view, at + 2).end;
    }
    if (view.getUint8(at) !== 0x2c) throw new Error('it has no frames');
    const [width, height] = [short(at + 5), short(at + 7)];
    if (short(at + 1) > 0 || short(at + 3) > 0 || width < short(6) || height < short(8))
      throw refused('a GIF whose first frame is smaller than its screen');
    at += 10 + paletteBytes(view.getUint8(at + 9));
    const pixels = pixelsIn(blocksFrom(view, at + 1).blocks, view.getUint8(at));
    if (pixels < width * height) throw new Error(`${CUT_OFF}: it has ${pixels} of ${width * height} pixels`);
    return plain;
  } catch (error) {
    throw error instanceof RangeError ? new Error(CUT_OFF, { cause: error }) : error;
  }
}

/** Takes away the lowest bit of a byte, the flag of transparency. */
function opaque(bytes: Uint8Array, at: number): Uint8Array {
  bytes.set([(bytes[at] ?? 0) & 0xfe], at);
  return bytes;
}

/** Bytes of the palette that a byte of flags tells of. */
function paletteBytes(flags: number): number {
  return (flags & 0x80) > 0 ? 3 << ((flags & 7) + 1) : 0;
}

/** Blocks, each after its length, up to an empty one. */
function blocksFrom(view: DataView, start: number): { readonly blocks: readonly Uint8Array[]; readonly end: number } {
  const blocks: Uint8Array[] = [];
  let at = start;
  for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) {
    blocks.push(new Uint8Array(view.buffer, view.byteOffset + at + 1, length));
    at += 1 + length;
  }
  return { blocks, end: at + 1 };
}

/**
 * How many pixels the codes of LZW stand for (GIF89a, appendix F). `]!`: codes have 12 bits, and the table 4096 places. @throws Error for a code that does not exist yet
 */
function pixelsIn(blocks: readonly Uint8Array[], bits: number): number {
  const clear = 1 << bits;
  const lengths = new Uint32Array(4096).fill(1, 0, clear);
  let [size, next, previous, total] = [bits + 1, clear + 2, -1, 0];
  let [buffer, held] = [0, 0];
  for (const block of blocks)
    for (const byte of block) {
      buffer |= byte << held;
      held += 8;
      while (held >= size) {
        const code = buffer & ((1 << size) - 1);
        buffer >>>= size;
        held -= size;
        if (code === clear + 1) return total;
        if (code === clear) {
          [size, next, previous] = [bits + 1, clear + 2, -1];
          continue;
        }
        if (previous >= 0 && next < 4096) lengths[next++] = lengths[previous]! + 1;
        if (code >= next || (previous < 0 && code > clear))
          throw new Error(`it is damaged: there is no code ${code} yet`);
        total += lengths[code]!;
        previous = code;
        if (next === 1 << size && size < 12) size += 1;
      }
    }
  return total;
}
