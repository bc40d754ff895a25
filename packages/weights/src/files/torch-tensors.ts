import type { Value } from '@spatial-ensemble/files';
import type { ElementType } from '@spatial-ensemble/store';
import { isTensor, type StorageRef, type TensorRef } from '../pickle/value.ts';
import type { FloatTensor } from '../state-dict.ts';
import { FLOAT_BYTES, floatsOf } from './elements.ts';
import { type Loaded, MOST_BYTES, WHOLE } from './loaded.ts';

/** torch's names of what storages hold. */
// prettier-ignore
const TYPES: { readonly [storage: string]: ElementType } = {
  FloatStorage: 'F32', DoubleStorage: 'F64', HalfStorage: 'F16', BFloat16Storage: 'BF16', LongStorage: 'I64',
  IntStorage: 'I32', ShortStorage: 'I16', CharStorage: 'I8', ByteStorage: 'U8', BoolStorage: 'BOOL',
};

/** Bytes of an element of a storage. */
export function storageElementBytes({ type }: StorageRef): number {
  const bytes = { I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1, ...FLOAT_BYTES } as {
    readonly [name: string]: number;
  };
  return bytes[TYPES[type]!]!;
}

/** Where a state dict may stand in a checkpoint: MoCo's and Lightning's, that of STS. */
const PLACES = ['state_dict', 'model'];

/**
 * The tensors of the state dict of a pickle, read storage by storage.
 *
 * @param read the bytes of a storage.
 * @throws Error where there is no state dict, or more than fits
 */
export async function tensorsOf(
  value: Value,
  read: (storage: StorageRef, bytes: number) => Promise<Uint8Array>,
): Promise<Loaded> {
  const { state, beside } = stateDictIn(value);
  const tensors = new Map<string, FloatTensor>();
  const ignored = new Map(beside.map((name) => [name, 'beside the weights']));
  const storages = new Map<string, Float32Array>();
  let total = 0;
  for (const [key, item] of state) {
    const name = String(key).slice(0, MOST_NAME);
    if (!isTensor(item)) {
      ignored.set(name, 'no tensor');
      continue;
    }
    const type = TYPES[item.storage.type]!;
    if (FLOAT_BYTES[type] === undefined) {
      ignored.set(name, WHOLE);
      continue;
    }
    const size = item.shape.reduce((product, n) => product * n, 1);
    total += 4 * size;
    if (total > MOST_BYTES) throw new Error('its tensors have more than 8 GiB');
    const known = storages.get(item.storage.key);
    const numbers = known ?? floatsOf(type, await read(item.storage, item.storage.count * FLOAT_BYTES[type]))!;
    storages.set(item.storage.key, numbers);
    if (numbers.length < item.storage.count) throw new Error(`the numbers of ${name} are cut off`);
    tensors.set(name, { data: viewed(numbers, item, size), shape: item.shape });
  }
  return { tensors, ignored };
}

const MOST_NAME = 1000;

function stateDictIn(value: Value): { readonly state: Map<Value, Value>; readonly beside: string[] } {
  if (!(value instanceof Map)) throw new Error('it holds no dictionary of tensors. Was a whole module saved? Save its state_dict()'); // prettier-ignore
  const place = PLACES.find((name) => value.get(name) instanceof Map);
  if (place !== undefined)
    return { state: value.get(place) as Map<Value, Value>, beside: [...value.keys()].filter((name) => name !== place).map(String) }; // prettier-ignore
  if (![...value.values()].some(isTensor))
    throw new Error(`it holds no tensors by name, neither itself nor as ${PLACES.join(' or ')}, but ${[...value.keys()].slice(0, 5).map(String).join(', ')}`); // prettier-ignore
  return { state: value, beside: [] };
}

/** The numbers of a view in the order of its axes, in memory of its own. */
function viewed(numbers: Float32Array, { offset, shape, strides }: TensorRef, size: number): Float32Array {
  const dense = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  if (dense.every((stride, axis) => stride === strides[axis] || shape[axis] === 1))
    return numbers.slice(offset, offset + size);
  const out = new Float32Array(size);
  for (let at = 0; at < size; at++) {
    let from = offset;
    for (let axis = 0, rest = at; axis < shape.length; axis++) {
      from += Math.floor(rest / dense[axis]!) * strides[axis]!;
      rest %= dense[axis]!;
    }
    out[at] = numbers[from]!;
  }
  return out;
}
