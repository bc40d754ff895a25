import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { reading } from './read-error.ts';
import { sizeText } from './size-text.ts';

/**
 * Reads a whole file that came from outside: its size is asked for first and bounded, and no byte more than that is
 * read. A pipe or a device is not waited for.
 *
 * @param most bytes that a file of its kind can have
 * @throws Error that names the file, where it is none, or larger; ReadError
 */
export async function readBounded(path: string, most: number): Promise<Buffer> {
  const file = await reading(path, () => open(path, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error(`${path} is not a file, but a folder, a pipe or a device. Take it away`);
    return await readOpen(file, path, stats.size, most);
  } finally {
    await file.close();
  }
}

/**
 * As `readBounded`, of a file that is open.
 *
 * @param size its bytes, as the system tells them
 */
export async function readOpen(file: FileHandle, path: string, size: number, most: number): Promise<Buffer> {
  if (size > most)
    throw new Error(
      `${path} has ${sizeText(size)}; a file of its kind has at most ${sizeText(most)}, and so it is not read. Is it another file under this name?`,
    );
  return readPart(file, path, 0, size);
}

/**
 * A part of a file that is open. The system may give less than it is asked for, and is then asked again.
 *
 * @param from the first byte
 * @param length bytes
 * @throws Error that names the file, where it ends before; ReadError
 */
export async function readPart(file: FileHandle, path: string, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await reading(path, () => file.read(bytes, done, length - done, from + done));
    if (bytesRead === 0)
      throw new Error(
        `${path} ended after ${from + done} of its ${from + length} bytes: something writes to it. Try again`,
      );
    done += bytesRead;
  }
  return bytes;
}
