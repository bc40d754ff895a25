import { refused } from './image-kind.ts';

/**
 * Pillow fills what a first frame leaves of the screen with the background's colour, the decoder leaves it black.
 *
 * @throws Error for a GIF whose first frame does not cover its screen
 */
export function checkGif(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const short = (at: number): number => view.getUint16(at, true);
  try {
    const flags = bytes[10]!;
    let at = 13 + ((flags & 0x80) > 0 ? 3 << ((flags & 7) + 1) : 0);
    // Extensions: a mark, a kind, and blocks, each after its length, up to an empty one.
    while (bytes[at] === 0x21) {
      at += 2;
      while (view.getUint8(at) > 0) at += 1 + bytes[at]!;
      at += 1;
    }
    if (view.getUint8(at) !== 0x2c) throw new Error('it has no frames');
    const isWhole =
      short(at + 1) === 0 && short(at + 3) === 0 && short(at + 5) >= short(6) && short(at + 7) >= short(8);
    if (!isWhole) throw refused('a GIF whose first frame is smaller than its screen');
  } catch (error) {
    if (error instanceof RangeError) throw new Error('it is cut off', { cause: error });
    throw error;
  }
}
