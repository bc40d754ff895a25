import { ascii, concat, integer, text, tuple } from '../pickle/pieces.ts';
import type { FloatTensor, StateDict } from '../state-dict.ts';

/** What stands in a checkpoint of PyTorch: texts, and dictionaries of texts or of tensors. */
export type Saved = ReadonlyMap<string, string | ReadonlyMap<string, string> | StateDict>;

/** `MAGIC_NUMBER`, `PROTOCOL_VERSION` and what follows them (pytorch torch/serialization.py, `_legacy_save`). */
const MAGIC = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
const VERSION = 1001;

/**
 * What `torch.save` writes of a dictionary in the format before PyTorch 1.6, in pieces: pickles, and the storages behind
 * them. Every PyTorch reads it, also those that MoCo was written for, which know no other; `torch.load(weights_only=True)`
 * does. No array is copied.
 */
export function* torchPieces(saved: Saved): Generator<Uint8Array, void> {
  yield pickled(concat(Uint8Array.of(0x8a, MAGIC.length, ...MAGIC)));
  yield pickled(integer(VERSION));
  const sizes = dictionary([['short', integer(2)], ['int', integer(4)], ['long', integer(4)]]); // prettier-ignore
  yield pickled(
    dictionary([['protocol_version', integer(VERSION)], ['little_endian', ascii('\x88')], ['type_sizes', sizes]]),
  ); // prettier-ignore
  const storages: Float32Array[] = [];
  yield pickled(dictionary([...saved].map(([name, value]) => [name, encoded(value, storages)])));
  const keys = storages.map((_, key) => text(String(key)));
  yield pickled(concat(ascii(']('), ...keys, ascii('e')));
  for (const data of storages) {
    yield new Uint8Array(BigInt64Array.of(BigInt(data.length)).buffer);
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}

function pickled(value: Uint8Array): Uint8Array {
  return concat(ascii('\x80\x02'), value, ascii('.'));
}

function dictionary(items: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  return concat(ascii('}('), ...items.flatMap(([name, value]) => [text(name), value]), ascii('u'));
}

/** @param storages those of tensors are added */
function encoded(
  value: string | FloatTensor | ReadonlyMap<string, string | FloatTensor>,
  storages: Float32Array[],
): Uint8Array {
  if (typeof value === 'string') return text(value);
  if ('data' in value) return tensor(value, storages.push(value.data) - 1);
  return dictionary([...value].map(([name, item]) => [name, encoded(item, storages)]));
}

/** A tensor on a storage of its own, as `torch._utils._rebuild_tensor_v2` makes it: storage, offset, shape, strides, … */
function tensor({ data, shape }: FloatTensor, key: number): Uint8Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const storage = concat(ascii('(') , text('storage'), ascii('ctorch\nFloatStorage\n'), text(String(key)), text('cpu'), integer(data.length), ascii('NtQ')); // prettier-ignore
  return concat(
    ascii('ctorch._utils\n_rebuild_tensor_v2\n('),
    storage,
    integer(0),
    tuple(shape),
    tuple(strides),
    ascii('\x89ccollections\nOrderedDict\n)R'),
    ascii('tR'),
  );
}
