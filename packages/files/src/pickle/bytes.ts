/** Reads bytes in order; what is asked for beyond the end is an error. */
export class Bytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  /** The place of the next so many bytes, which are then behind. @throws Error where there are fewer */
  #next(length: number): number {
    const at = this.at;
    if (!Number.isSafeInteger(length) || length < 0 || at + length > this.#bytes.byteLength)
      throw new Error('it is cut off');
    this.at = at + length;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#next(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#next(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#next(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#next(4), true);
  }

  /** A length of 8 bytes. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#next(8), true));
  }

  /** Big-endian, as a pickle has it. */
  f64(): number {
    return this.#view.getFloat64(this.#next(8), false);
  }

  take(length: number): Uint8Array {
    const at = this.#next(length);
    return this.#bytes.subarray(at, at + length);
  }

  utf8(length: number): string {
    // Python writes halves of surrogate pairs too.
    return new TextDecoder('utf-8').decode(this.take(length));
  }

  text(length: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
    if (encoding === 'utf8') return this.utf8(length);
    const { buffer, byteOffset, byteLength } = this.take(length);
    return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
  }

  /** Up to the end of the line, which is left out. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.at);
    if (end === -1) throw new Error('it is cut off');
    const text = this.utf8(end - this.at);
    this.at = end + 1;
    return text;
  }

  /** A whole number in two's complement, little-endian. */
  long(length: number): number | bigint {
    if (length > MOST_LONG) throw new Error(`a number has ${length} bytes`);
    const bytes = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    if (length > 0 && bytes[length - 1]! >= 128) value -= 1n << BigInt(8 * length);
    return asNumber(value);
  }
}

const MOST_LONG = 64;

/** As a number where it holds it exactly. */
export function asNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
