/** Pieces of a Python pickle. */

export function tuple(items: readonly number[]): Uint8Array {
  return concat(ascii('('), ...items.map(integer), ascii('t'));
}

/** A signed number of 32 bits. */
export function integer(value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = 0x4a;
  new DataView(bytes.buffer).setInt32(1, value, true);
  return bytes;
}

export function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return concat(ascii('X'), uint32(bytes.byteLength), bytes);
}

export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export function ascii(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
