import { createHash } from 'node:crypto';
import type { HostArrays } from './port.ts';

/**
 * SHA-256 of named tensors: of their names, types, shapes and values, in the order of the names. Whatever format they
 * are saved in, it stays the same.
 */
export function digestOf(tensors: HostArrays): string {
  const hash = createHash('sha256');
  for (const [name, { data, shape }] of [...tensors].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const type = data instanceof Float32Array ? 'float32' : 'int32';
    hash.update(`${JSON.stringify([name, type, shape])}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
