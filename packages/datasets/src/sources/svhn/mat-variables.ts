import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createInflate } from 'node:zlib';
import { readPart } from '@spatial-ensemble/files';

// MATLAB's file format, level 5 (MathWorks, "MAT-File Format", 2019): numeric arrays one after the other, packed or not,
// whose numbers are read as they come: SVHN's have more than a gigabyte. Memory is taken for what the caller expects
// alone, never by a number that a file gives. npm has no kept reader of it.

const HEADER_BYTES = 128;
const COMPRESSED = 15;
const MATRIX = 14;
const INT8 = 1;
const INT32 = 5;
const UINT32 = 6;
/** Bytes of a header's element: flags, four sizes, a name. */
const MOST_SMALL = 64;

/** A numeric array. */
export interface MatVariable {
  readonly name: string;
  /** The first one runs fastest. */
  readonly sizes: readonly number[];
  /** How its numbers are stored: 2 uint8, 9 float64. */
  readonly type: number;
  /** Of its numbers. */
  readonly bytes: number;
  /** Its numbers, in chunks of any length; they may go on after `bytes`, with what pads them. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Looks at the arrays of a file in their order.
 *
 * @param use told of each; `false` ends it
 * @throws Error if the file is none of that kind, or damaged; whatever `use` throws
 */
export async function eachOfMat(path: string, use: (variable: MatVariable) => Promise<boolean>): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = size < HEADER_BYTES ? undefined : await readPart(file, path, 0, HEADER_BYTES);
    if (head === undefined || head.readUInt16LE(126) !== 0x4d49)
      throw new Error(`${path} is not a MATLAB file of level 5 in little-endian order`);
    for (let at = HEADER_BYTES; at < size;) {
      if (at + 8 > size) throw cutOff();
      const tag = await readPart(file, path, at, 8);
      const [type, length] = [tag.readUInt32LE(0), tag.readUInt32LE(4)];
      const end = at + 8 + length;
      if (length === 0 || end > size) throw cutOff();
      if (type === COMPRESSED || type === MATRIX) {
        const from = type === COMPRESSED ? at + 8 : at;
        const bytes = new Bytes(chunksOf(path, from, end, type === COMPRESSED));
        try {
          if (!(await use(await variableOf(bytes)))) return;
        } finally {
          await bytes.close();
        }
      }
      at = type === COMPRESSED ? end : at + 8 + 8 * Math.ceil(length / 8);
    }
  } finally {
    await file.close();
  }
}

async function* chunksOf(path: string, from: number, end: number, packed: boolean): AsyncGenerator<Uint8Array> {
  const read = createReadStream(path, { start: from, end: end - 1, highWaterMark: 1 << 20 });
  if (!packed) return yield* read as AsyncIterable<Buffer>;
  const plain = createInflate({ chunkSize: 1 << 18 });
  // An error of either side ends what is read below.
  pipeline(read, plain, () => undefined);
  try {
    yield* plain as AsyncIterable<Buffer>;
  } catch (error) {
    throw new Error(`it cannot be unpacked: ${(error as Error).message}`, { cause: error });
  } finally {
    read.destroy();
    plain.destroy();
  }
}

async function variableOf(bytes: Bytes): Promise<MatVariable> {
  const matrix = await bytes.take(8);
  if (matrix.readUInt32LE(0) !== MATRIX) throw new Error('it holds something else than arrays');
  const flags = await smallOf(bytes, UINT32);
  const sizes = await smallOf(bytes, INT32);
  const name = await smallOf(bytes, INT8);
  if (flags.length < 8 || sizes.length < 8) throw cutOff();
  const { type, data, length } = await tagOf(bytes);
  return {
    name: name.toString('latin1'),
    sizes: Array.from({ length: sizes.length / 4 }, (_, i) => sizes.readInt32LE(4 * i)),
    type,
    bytes: length,
    content: data === undefined ? bytes.rest() : one(data),
  };
}

async function* one(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}

/** The content of an element of a header. */
async function smallOf(bytes: Bytes, expected: number): Promise<Buffer> {
  const { type, data, length } = await tagOf(bytes);
  if (type !== expected) throw new Error(`it is damaged: an element has the type ${type} instead of ${expected}`);
  if (data !== undefined) return data;
  if (length > MOST_SMALL) throw new Error(`it is damaged: an element of a header has ${length} bytes`);
  return (await bytes.take(8 * Math.ceil(length / 8))).subarray(0, length);
}

/** An element's tag; up to four bytes of content stand in it. */
async function tagOf(
  bytes: Bytes,
): Promise<{ readonly type: number; readonly length: number; readonly data?: Buffer }> {
  const tag = await bytes.take(8);
  const small = tag.readUInt16LE(2);
  if (small === 0) return { type: tag.readUInt16LE(0), length: tag.readUInt32LE(4) };
  if (small > 4) throw new Error(`it is damaged: a small element has ${small} bytes`);
  return { type: tag.readUInt16LE(0), length: small, data: tag.subarray(4, 4 + small) };
}

function cutOff(): Error {
  return new Error('it is cut off, or damaged: an element ends beyond its end');
}

/** Bytes that come in chunks, taken in order. */
class Bytes {
  readonly #chunks: AsyncGenerator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncGenerator<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** @throws Error where there are fewer */
  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) {
      const { done, value } = await this.#chunks.next();
      if (done === true) throw cutOff();
      this.#held = Buffer.concat([this.#held, value]);
    }
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /** All that is left. */
  async *rest(): AsyncGenerator<Uint8Array> {
    yield this.#held;
    yield* this.#chunks;
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }
}
