import { hash, parse, UnusableRun, type JsonObject } from '@spatial-ensemble/record';
import type { z } from 'zod';
import { readStored } from './read-stored.ts';

/**
 * The text of a document that says of itself whether it is whole: `checksum` is SHA-256 of the canonical JSON of the
 * rest.
 */
export function sealed(document: object): string {
  return `${JSON.stringify({ ...document, checksum: hash(document) }, null, 2)}\n`;
}

/**
 * Reads a document that was sealed.
 *
 * @throws UnusableRun that names the file, where it is cut off, of another format, or not as it was written.
 */
export async function readSealed<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  return readStored(path, (value) => {
    const { checksum, ...document } = (value ?? {}) as JsonObject;
    const read = parse(schema, document, path);
    if (checksum !== hash(document))
      throw new UnusableRun('its checksum is not that of what it says; it was changed after it was written.');
    return read;
  });
}
