import type { FloatTensor } from '../state-dict.ts';

/** What can be written: texts, truths, tensors as NumPy arrays of float32, and dictionaries of those. */
export type Picklable = string | boolean | FloatTensor | ReadonlyMap<string, Picklable>;

const OP = { dict: '}', mark: '(', setItems: 'u', true: '\x88', false: '\x89', tuple: 't', reduce: 'R', build: 'b', none: 'N' }; // prettier-ignore

/**
 * The bytes of a Python pickle, in pieces. No array is copied. Protocol 3, the oldest one with bytes in it: every Python 3
 * and every NumPy reads it.
 *
 * @throws Error for an array of 4 GiB or more
 */
export function* picklePieces(value: Picklable): Generator<Uint8Array, void> {
  yield ascii('\x80\x03');
  yield* pieces(value);
  yield ascii('.');
}

function* pieces(value: Picklable): Generator<Uint8Array, void> {
  if (typeof value === 'string') yield text(value);
  else if (typeof value === 'boolean') yield ascii(value ? OP.true : OP.false);
  else if ('data' in value) yield* array(value);
  else {
    yield ascii(`${OP.dict}${OP.mark}`);
    for (const [name, item] of value) {
      yield text(name);
      yield* pieces(item);
    }
    yield ascii(OP.setItems);
  }
}

/** As NumPy pickles one: an empty array is made, and given its state (version, shape, type, order, bytes). */
function* array({ data, shape }: FloatTensor): Generator<Uint8Array, void> {
  if (data.byteLength >= 2 ** 32) throw new Error('an array of 4 GiB or more cannot be pickled');
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  yield ascii('cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n');
  yield concat(tuple([0]), ascii('C\x01b'), ascii(`${OP.tuple}${OP.reduce}`));
  yield concat(ascii(OP.mark), integer(1), tuple(shape));
  yield concat(ascii(`cnumpy\ndtype\n(`), text('f4'), ascii(`${OP.false}${OP.true}${OP.tuple}${OP.reduce}`));
  yield concat(ascii(OP.mark), integer(3), text('<'), ascii(OP.none.repeat(3)), integer(-1), integer(-1), integer(0));
  yield ascii(`${OP.tuple}${OP.build}${OP.false}`);
  yield concat(ascii('B'), uint32(bytes.byteLength));
  yield bytes;
  yield ascii(`${OP.tuple}${OP.build}`);
}

function tuple(items: readonly number[]): Uint8Array {
  return concat(ascii(OP.mark), ...items.map(integer), ascii(OP.tuple));
}

/** A signed number of 32 bits. */
function integer(value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = 0x4a;
  new DataView(bytes.buffer).setInt32(1, value, true);
  return bytes;
}

function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return concat(ascii('X'), uint32(bytes.byteLength), bytes);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function ascii(value: string): Uint8Array {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
