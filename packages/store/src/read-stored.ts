import { OtherFormat, UnusableRun, unsealed } from '@spatial-ensemble/record';
import type { z } from 'zod';
import { readText } from './read-text.ts';

/**
 * Reads a JSON file of the run store.
 *
 * @param check reads what it must be; its error says what is wrong.
 * @throws UnusableRun that names the file, where it is cut off, of an older or newer format, or something else.
 */
export async function readStored<T>(path: string, check: (value: unknown) => T): Promise<T> {
  try {
    return check(JSON.parse(await readText(path)));
  } catch (error) {
    if (error instanceof OtherFormat) throw new UnusableRun(error.message, { cause: error });
    const why = (error as Error).message.replace(`${path} `, 'it ');
    throw new UnusableRun(`${path} is damaged: ${why}`, { cause: error });
  }
}

/**
 * Reads a document that was sealed, and belongs to a run.
 *
 * @throws UnusableRun that names the file, also where it is not as it was written, or another run's.
 */
export async function readSealed<T extends { readonly identity: string }>(
  path: string,
  schema: z.ZodType<T>,
  identity: string,
): Promise<T> {
  const document = await readStored(path, (value) => unsealed(schema, value, path));
  if (document.identity !== identity)
    throw new UnusableRun(`${path} belongs to another run (${document.identity.slice(0, 12)}).`);
  return document;
}
