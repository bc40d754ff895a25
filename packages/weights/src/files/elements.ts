import type { ElementType } from '@spatial-ensemble/store';

/** Bytes of an element of what weights are held in. */
export const FLOAT_BYTES: { readonly [type in ElementType]?: number } = { F64: 8, F32: 4, F16: 2, BF16: 2 };

/**
 * Little-endian numbers as float32; undefined where their type is none that weights are held in. What is too large for
 * float32 becomes infinite, as in PyTorch.
 */
export function floatsOf(type: ElementType, bytes: Uint8Array): Float32Array | undefined {
  const size = FLOAT_BYTES[type];
  if (size === undefined) return undefined;
  // A copy begins where numbers of its type may; a Buffer's own `slice` would be none.
  const { buffer, byteOffset: start } = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const count = bytes.byteLength / size;
  if (type === 'F32') return new Float32Array(buffer, start, count);
  if (type === 'F64') return Float32Array.from(new Float64Array(buffer, start, count));
  const halves = new Uint16Array(buffer, start, count);
  if (type === 'F16') return Float32Array.from(halves, fromHalf);
  const words = Uint32Array.from(halves, (half) => half << 16);
  return new Float32Array(words.buffer);
}

/** A number of IEEE 754's binary16. */
function fromHalf(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
