import type { CApi, Pointer } from './c-functions.ts';
import { DataType, dataTypeName, elementCount } from './dtypes.ts';
import { checkShape } from './shape-limits.ts';

/** What goes in: a typed array, or for a string tensor an array of byte arrays. */
export type HostValues =
  Float32Array | Int32Array | Uint8Array | BigInt64Array | BigUint64Array | readonly Uint8Array[];

/** What comes out: int64 as `BigInt64Array`, complex64 interleaved, a string tensor as an array of byte arrays. */
export type HostData =
  Float32Array | Int32Array | Uint8Array | BigInt64Array | BigUint64Array | Uint32Array | Uint8Array[];

const STRING_BYTES = 24;

/** The typed arrays that may carry each element type in, with how many of their elements make one of TensorFlow's. */
const CARRIERS: Record<number, readonly (readonly [{ readonly name: string }, number])[]> = {
  [DataType.float32]: [[Float32Array, 1]],
  [DataType.int32]: [[Int32Array, 1]],
  [DataType.uint8]: [[Uint8Array, 1]],
  [DataType.bool]: [[Uint8Array, 1]],
  // TensorFlow.js has no 64-bit integers: it sends low and high words.
  [DataType.int64]: [
    [Int32Array, 2],
    [BigInt64Array, 1],
  ],
  [DataType.uint64]: [[BigUint64Array, 1]],
  [DataType.complex64]: [[Float32Array, 2]],
};

/**
 * Copies host data into a new `TF_Tensor`, which the caller deletes.
 *
 * @throws Error for an unknown element type, a carrier of the wrong kind, or a length that does not match the shape.
 */
export function toTensor(api: CApi, shape: readonly number[], dtype: number, values: HostValues): Pointer {
  checkShape(shape);
  if (dtype === DataType.string) return toStringTensor(api, shape, values);
  const carriers = CARRIERS[dtype];
  if (carriers === undefined) throw new Error(`cannot make a tensor of ${dataTypeName(dtype)} from host data`);
  if (!ArrayBuffer.isView(values)) throw new Error(`a tensor of ${dataTypeName(dtype)} is made from a typed array`);
  const array = values as Exclude<HostValues, readonly Uint8Array[]>;
  const carrier = carriers.find(
    ([type]) => type.name === array.constructor.name || (type.name === 'Uint8Array' && array instanceof Uint8Array),
  );
  if (carrier === undefined) {
    const wanted = carriers.map(([type]) => type.name).join(' or ');
    throw new Error(`a tensor of ${dataTypeName(dtype)} is made from ${wanted}, got ${array.constructor.name}`);
  }
  const expected = elementCount(shape) * carrier[1];
  if (array.length !== expected) {
    throw new Error(
      `shape [${shape.join(', ')}] of ${dataTypeName(dtype)} takes ${expected} elements of ${carrier[0].name}, got ${array.length}`,
    );
  }
  const tensor = allocate(api, shape, dtype, array.byteLength);
  if (array.byteLength > 0) api.memcpy(api.TF_TensorData(tensor), array, array.byteLength);
  return tensor;
}

function allocate(api: CApi, shape: readonly number[], dtype: number, bytes: number): Pointer {
  const dims = BigInt64Array.from(shape, BigInt);
  const tensor = api.TF_AllocateTensor(dtype, dims, shape.length, bytes);
  if (tensor === null) throw new Error(`out of memory: no room for a tensor of ${bytes} bytes`);
  return tensor;
}

function toStringTensor(api: CApi, shape: readonly number[], values: HostValues): Pointer {
  if (!Array.isArray(values) || !values.every((value) => value instanceof Uint8Array)) {
    throw new Error('a string tensor is made from an array of Uint8Array');
  }
  const count = elementCount(shape);
  if (values.length !== count)
    throw new Error(`shape [${shape.join(', ')}] takes ${count} strings, got ${values.length}`);
  const tensor = allocate(api, shape, DataType.string, count * STRING_BYTES);
  const data = count > 0 ? api.TF_TensorData(tensor) : null;
  values.forEach((value: Uint8Array, i) => {
    const slot = data! + BigInt(i * STRING_BYTES);
    api.TF_StringInit(slot);
    api.TF_StringCopy(slot, value, value.length);
  });
  return tensor;
}

/**
 * Copies a `TF_Tensor`'s data to the host: every read is a copy of its own, the tensor may be deleted afterwards.
 */
export function fromTensor(api: CApi, tensor: Pointer): HostData {
  const dtype = api.TF_TensorType(tensor);
  const count = Number(api.TF_TensorElementCount(tensor));
  if (dtype === DataType.string) return fromStringTensor(api, tensor, count);
  const bytes = Number(api.TF_TensorByteSize(tensor));
  const data = api.TF_TensorData(tensor);
  const buffer = data === null ? new ArrayBuffer(0) : copyOut(api, data, bytes).buffer;
  switch (dtype) {
    case DataType.float32:
    case DataType.complex64:
      return new Float32Array(buffer);
    case DataType.int32:
      return new Int32Array(buffer);
    case DataType.int64:
      return new BigInt64Array(buffer);
    case DataType.uint32:
      return new Uint32Array(buffer);
    case DataType.uint64:
      return new BigUint64Array(buffer);
    case DataType.bool:
    case DataType.uint8:
    case DataType.resource:
      return new Uint8Array(buffer);
    default:
      throw new Error(`cannot read a tensor of ${dataTypeName(dtype)}: cast it to float32 or int32 first`);
  }
}

function copyOut(api: CApi, from: Pointer | null, bytes: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  if (bytes > 0) api.memcpy(copy, from, bytes);
  return copy;
}

function fromStringTensor(api: CApi, tensor: Pointer, count: number): Uint8Array[] {
  const data = count > 0 ? api.TF_TensorData(tensor) : null;
  return Array.from({ length: count }, (_, i) => {
    const slot = data! + BigInt(i * STRING_BYTES);
    const size = Number(api.TF_StringGetSize(slot));
    return copyOut(api, api.TF_StringGetDataPointer(slot), size);
  });
}
