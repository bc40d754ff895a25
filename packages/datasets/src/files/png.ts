import { crc32 } from 'node:zlib';

/**
 * Checks the sums of a PNG's chunks, as Pillow does; the decoder looks at those of the pixels alone.
 *
 * @throws Error that names the chunk
 */
export function checkPng(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const name = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw new Error(`it is cut off in its chunk ${name}`);
    if (name === 'IEND') return;
    if (name !== 'IDAT' && crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
      throw new Error(`it is damaged: the checksum of its chunk ${name} is wrong`);
    at = end + 4;
  }
}

/** Whether it has a channel of alpha: byte 25 is its colour type (RFC 2083, 4.1.1). `]!`: a PNG has a header. */
export function hasAlphaChannel(png: Uint8Array): boolean {
  return (png[25]! & 4) !== 0;
}
