import { readFile } from 'node:fs/promises';
import { OtherFormat, UnusableRun } from '@spatial-ensemble/record';

/**
 * Reads a JSON file of the run store.
 *
 * @param check reads what it must be; its error says what is wrong.
 * @throws UnusableRun that names the file, where it is cut off, of an older or newer format, or something else.
 */
export async function readStored<T>(path: string, check: (value: unknown) => T): Promise<T> {
  const text = await readFile(path, 'utf8');
  try {
    return check(JSON.parse(text));
  } catch (error) {
    if (error instanceof OtherFormat) throw new UnusableRun(error.message, { cause: error });
    throw new UnusableRun(`${path} is damaged: ${(error as Error).message}`, { cause: error });
  }
}
