import { createReadStream } from 'node:fs';
import { ReadError } from './read-error.ts';

const AT_ONCE = 1 << 20;

/** A file's bytes from its beginning, a mebibyte at once. @throws ReadError */
export async function* chunksOfFile(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: AT_ONCE }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new ReadError(path, error as NodeJS.ErrnoException);
  }
}
