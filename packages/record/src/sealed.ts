import type { z } from 'zod';

import { hash } from './canonical-json.ts';
import { parse } from './parse.ts';

/** A document as it is stored, which says of itself whether it is whole. */
export type Sealed<T> = T & {
  /** SHA-256 of the canonical JSON of the rest. */
  readonly checksum: string;
};

/** A document with its checksum. */
export function sealed<T extends object>(document: T): Sealed<T> {
  return { ...document, checksum: hash(document) };
}

/**
 * What was sealed, as `schema` understands it.
 *
 * @param what what is being read, for the message.
 * @throws OtherFormat, SchemaError as `parse` does; Error where it is not as it was written.
 */
export function unsealed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const { checksum, ...document } = (value ?? {}) as { readonly checksum?: unknown };
  const read = parse(schema, document, what);
  if (checksum !== hash(document))
    throw new Error(`${what} was changed after it was written: its checksum is not that of what it says.`);
  return read;
}
