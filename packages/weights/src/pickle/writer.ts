import type { FloatTensor } from '../state-dict.ts';
import { ascii, concat, integer, text, tuple, uint32 } from './pieces.ts';

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
