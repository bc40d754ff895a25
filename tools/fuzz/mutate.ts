import { draws, type Key } from '@spatial-ensemble/random';

/** Numbers that break what counts with them, as bytes and as whole words. */
const EXTREME = [0, 1, 0x7f, 0x80, 0xff];
const WORDS = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x0100_0000];

/**
 * A harmed copy of a file: up to eight of its bytes changed, bits flipped, words set to extremes, parts cut out, doubled
 * or taken from elsewhere in it. The same key harms the same way.
 */
export function mutate(bytes: Uint8Array, key: Key): Uint8Array {
  const drawn = draws(key);
  const below = (n: number): number => drawn.int(n);
  let harmed = Uint8Array.from(bytes);
  for (let i = 1 + below(8); i > 0; i--) {
    if (harmed.length === 0) return harmed;
    // The first bytes are headers, which say most.
    const at = below(drawn.boolean(0.5) ? Math.min(harmed.length, 256) : harmed.length);
    const length = 1 + below(Math.min(harmed.length - at, 64));
    const part = harmed.subarray(at, at + length);
    const kind = below(6);
    if (kind === 0) harmed[at] = (harmed[at] ?? 0) ^ (1 << below(8));
    if (kind === 1) harmed[at] = EXTREME[below(EXTREME.length)] ?? 0;
    if (kind === 2)
      harmed.set(wordOf(WORDS[below(WORDS.length)] ?? 0, drawn.boolean(0.5)).subarray(0, part.length), at);
    if (kind === 3) harmed = joined(harmed.subarray(0, at), harmed.subarray(at + length));
    if (kind === 4) harmed = joined(harmed.subarray(0, at), part, harmed.subarray(at));
    if (kind === 5)
      harmed = drawn.boolean(0.3)
        ? harmed.slice(0, at)
        : joined(harmed.subarray(0, at), harmed.subarray(below(harmed.length)));
  }
  return harmed;
}

function wordOf(value: number, little: boolean): Uint8Array {
  const word = new Uint8Array(4);
  new DataView(word.buffer).setUint32(0, value, little);
  return word;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
