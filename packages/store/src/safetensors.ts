import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import {
  decodeHeader,
  encodeHeader,
  failing,
  headerLength,
  LENGTH_BYTES,
  namesOf,
  type ElementType,
  type Entry,
  type Fail,
  type Metadata,
  type StoredTensor,
  type StoredTensors,
} from './safetensors-header.ts';

/** Bytes that are handed on, or read, at once: the system takes no more than 2 GiB. */
const PIECE = 1 << 26;

/**
 * The bytes of a safetensors file in pieces: an 8-byte little-endian header length, a JSON header, the data in the order
 * of the names (https://huggingface.co/docs/safetensors). The same tensors give the same bytes. No tensor is copied, and
 * there may be more than fit into one array.
 *
 * @throws Error when a tensor's data does not fit its shape.
 */
export function* safetensorsPieces(tensors: StoredTensors, metadata?: Metadata): Generator<Uint8Array, void> {
  yield encodeHeader(tensors, metadata);
  for (const name of namesOf(tensors)) {
    const { data } = tensors.get(name)!;
    for (let at = 0; at < data.byteLength; at += PIECE)
      yield new Uint8Array(data.buffer, data.byteOffset + at, Math.min(PIECE, data.byteLength - at));
  }
}

/** How many bytes all those pieces have. */
export function safetensorsBytes(tensors: StoredTensors, metadata?: Metadata): number {
  const header = encodeHeader(tensors, metadata).byteLength;
  return [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, header);
}

/** The bytes of a safetensors file, where they are few. */
export function encodeSafetensors(tensors: StoredTensors, metadata?: Metadata): Uint8Array {
  return new Uint8Array(Buffer.concat([...safetensorsPieces(tensors, metadata)]));
}

/**
 * Reads the bytes of a safetensors file of float32 and int32 tensors; whatever is wrong with them is found.
 *
 * @param what the file, for messages.
 * @throws Error that says what is wrong with it.
 */
export function decodeSafetensors(bytes: Uint8Array, what: string): Map<string, StoredTensor> {
  const fail = failing(what);
  const length = headerLength(bytes.subarray(0, LENGTH_BYTES), bytes.byteLength, fail);
  const data = bytes.subarray(LENGTH_BYTES + length);
  const { entries } = decodeHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), data.byteLength, fail);
  // A Buffer's own `slice` would share the file's memory, at any offset.
  return tensorsOf(entries, fail, (entry) => Uint8Array.from(data.subarray(entry.start, entry.end)));
}

/**
 * Reads a safetensors file of any size of float32 and int32 tensors, each into memory of its own.
 *
 * @returns its tensors, and SHA-256 of all its bytes.
 * @throws Error that says what is wrong with it.
 */
export async function readSafetensors(path: string): Promise<{ tensors: Map<string, StoredTensor>; sha256: string }> {
  const fail = failing(path);
  const { entries, data, sha256 } = await readFile(path, fail, (all) => all.forEach((entry) => held(entry, fail)));
  return { tensors: tensorsOf(entries, fail, ({ name }) => data.get(name)!), sha256 };
}

/** A tensor as a file of somebody else holds it. */
export interface RawTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little-endian, aligned for its type. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads a safetensors file of somebody else, whatever its types.
 *
 * @returns its tensors, the texts beside them, and SHA-256 of all its bytes.
 * @throws Error that says what is wrong with it.
 */
export async function readForeignSafetensors(
  path: string,
): Promise<{ tensors: Map<string, RawTensor>; metadata: Metadata; sha256: string }> {
  const { entries, data, metadata, sha256 } = await readFile(path, failing(path));
  const tensors = entries.map(({ name, type, shape }) => [name, { type, shape, bytes: data.get(name)! }] as const);
  return { tensors: new Map(tensors), metadata, sha256 };
}

/** @param check looks at what the header says before any data is read */
async function readFile(
  path: string,
  fail: Fail,
  check: (entries: readonly Entry[]) => void = () => undefined,
): Promise<{
  entries: readonly Entry[];
  data: Map<string, Uint8Array<ArrayBuffer>>;
  metadata: Metadata;
  sha256: string;
}> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const hash = createHash('sha256');
    const read = async (at: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
      const bytes = await bytesAt(file, at, length);
      for (let done = 0; done < length; done += PIECE) hash.update(bytes.subarray(done, done + PIECE));
      return bytes;
    };
    const first = await read(0, Math.min(LENGTH_BYTES, size));
    const length = headerLength(first, size, fail);
    const begin = LENGTH_BYTES + length;
    const { entries, metadata } = decodeHeader(await read(LENGTH_BYTES, length), size - begin, fail);
    check(entries);
    const data = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const { name, start, end } of entries) data.set(name, await read(begin + start, end - start));
    return { entries, data, metadata, sha256: hash.digest('hex') };
  } finally {
    await file.close().catch(() => undefined);
  }
}

/** What the elements of a run's tensors are held in. @throws Error for those of another type */
function held({ name, type }: Entry, fail: Fail): typeof Float32Array | typeof Int32Array {
  if (type === 'F32') return Float32Array;
  return type === 'I32' ? Int32Array : fail(`${name} has type ${type}; F32 and I32 are read`);
}

function tensorsOf(
  entries: readonly Entry[],
  fail: Fail,
  bytesOf: (entry: Entry) => Uint8Array<ArrayBuffer>,
): Map<string, StoredTensor> {
  return new Map(
    entries.map((entry) => [entry.name, { data: new (held(entry, fail))(bytesOf(entry).buffer), shape: entry.shape }]),
  );
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, Math.min(PIECE, length - done), at + done);
    if (bytesRead === 0) throw new Error(`the file ends after ${at + done} bytes: it was cut while it was read`);
    done += bytesRead;
  }
  return bytes;
}
