import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { sizeText } from './size-text.ts';

/**
 * Reads a whole file that came from outside: its size is asked for first and bounded, and no byte more than that is
 * read. A pipe or a device is not waited for.
 *
 * @param most bytes that a file of its kind can have
 * @throws Error that names the file, where it is none, or larger
 */
export async function readBounded(path: string, most: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
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
  const bytes = Buffer.allocUnsafeSlow(size);
  for (let at = 0; at < size;) {
    const { bytesRead } = await file.read(bytes, at, size - at, at);
    if (bytesRead === 0)
      throw new Error(`${path} ended after ${at} of its ${size} bytes: something writes to it. Try again`);
    at += bytesRead;
  }
  return bytes;
}
