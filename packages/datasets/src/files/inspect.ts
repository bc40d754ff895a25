import { readOpen, readPart } from '@spatial-ensemble/files';
import type { Decoding } from '../image-source.ts';
import { endOfBmp } from './bmp.ts';
import { HEAD, kindOf, type ImageKind } from './image-kind.ts';
import { MOST_IMAGE_BYTES } from './most-pixels.ts';
import { withImage } from './open-image.ts';

/** Bytes of a file's end that are looked at. */
const TAIL = 16;

/** How whole files end. */
const ENDS: { readonly [kind in ImageKind]?: Buffer } = {
  JPEG: Buffer.from([0xff, 0xd9]),
  PNG: Buffer.from('IEND\xae\x42\x60\x82', 'latin1'),
  GIF: Buffer.from(';'),
};

/**
 * Looks at a file's beginning and end, so that one that is no image or is cut off is known of before anything runs. If
 * its end does not tell, it is decoded. What else is damaged shows when the image is needed.
 *
 * @returns its bytes
 * @throws Error that says what it is instead, or that it is damaged
 */
export async function inspect(path: string, decoding: Decoding): Promise<number> {
  return withImage(path, async (file, size) => {
    if (size > MOST_IMAGE_BYTES)
      throw new Error(
        `it has ${size} bytes, more than the largest image that is read: make it smaller, or take it away`,
      );
    const head = await readPart(file, path, 0, Math.min(HEAD, size));
    const kind = kindOf(head);
    const tail = await readPart(file, path, Math.max(0, size - TAIL), Math.min(TAIL, size));
    if (!endsWhole(kind, head, tail, size)) {
      const { decode } = await import('./decode.ts');
      await decode(await readOpen(file, path, size, MOST_IMAGE_BYTES), decoding);
    }
    return size;
  });
}

function endsWhole(kind: ImageKind, head: Buffer, tail: Buffer, size: number): boolean {
  // A RIFF file says how many bytes follow the first eight.
  if (kind === 'WebP') return 8 + head.readUInt32LE(4) <= size;
  if (kind === 'BMP') return endOfBmp(head) <= size;
  const end = ENDS[kind];
  return end !== undefined && tail.subarray(-end.length).equals(end);
}
