import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/**
 * Opens a file for reading, without waiting where it is a pipe meanwhile, and closes it after use.
 *
 * @throws Error if it is no file
 */
export async function withImage<T>(path: string, use: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('it is not a file');
    return await use(file, stats.size);
  } finally {
    await file.close();
  }
}
