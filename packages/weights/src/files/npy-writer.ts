import type { FloatTensor } from '../state-dict.ts';

/** The bytes of a `.npy` file of float32, in pieces: header and numbers (numpy/lib/format.py, version 1.0). */
export function npyPieces({ data, shape }: FloatTensor): readonly Uint8Array[] {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Numbers begin at a multiple of 64; the last byte of the header ends a line.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = Buffer.from(`\x93NUMPY\x01\x00..${text.padEnd(length - 1)}\n`, 'latin1');
  header.writeUInt16LE(length, 8);
  return [header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}
