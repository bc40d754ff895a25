/** The unsigned bytes of a file in the IDX format of MNIST (magic number 0x0000 08 and the number of dimensions). */
export interface IdxBytes {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** @param where names the file in errors. @throws Error if the bytes are not an IDX file of unsigned bytes */
export function parseIdx(bytes: Uint8Array, where: string): IdxBytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0 || bytes[2] !== 0x08)
    throw new Error(`${where} is not an IDX file of unsigned bytes`);
  const dimensions = view.getUint8(3);
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) throw new Error(`${where} is cut off within its header`);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((a, b) => a * b, 1);
  if (bytes.length !== start + size)
    throw new Error(
      `${where} should hold ${shape.join(' x ')} = ${size} bytes after its header, but holds ${bytes.length - start}`,
    );
  return { shape, data: bytes.subarray(start) };
}

/** The inverse of `parseIdx`. */
export function formatIdx({ shape, data }: IdxBytes): Uint8Array {
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + data.length);
  const view = new DataView(bytes.buffer);
  bytes[2] = 0x08;
  bytes[3] = shape.length;
  shape.forEach((side, i) => view.setUint32(4 + 4 * i, side));
  bytes.set(data, start);
  return bytes;
}
