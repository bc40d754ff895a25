import { WriteError } from './write-error.ts';

/**
 * Does what the system may refuse, such as opening a file for writing.
 *
 * @param path the file, for the message
 * @param bytes what it needs, where that is known
 * @throws WriteError in place of the system's error
 */
export function writing<T>(path: string, bytes: number | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new WriteError(path, bytes, error);
  }
}
