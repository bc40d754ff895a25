import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '@spatial-ensemble/files';

/** Of a file that holds a name. */
const MOST_BYTES = 1e6;

/**
 * The title of files that nothing vouches for: the one that a `SOURCE.json` beside them gives, as in
 * `{"name": "CIFAR-10 (JPEG copies)"}`, or the data set's with `unverified`.
 *
 * @param detail what the data set's own title is to say besides
 * @throws Error if the file gives no name
 */
export async function sourceTitle(directory: string, official: string, detail = ''): Promise<string> {
  const own = `${official} (unverified${detail && `, ${detail}`})`;
  const path = join(directory, 'SOURCE.json');
  if (!existsSync(path)) return own;
  const bytes = await readBounded(path, MOST_BYTES);
  let source: unknown;
  try {
    source = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const name = (source as { readonly name?: unknown } | null)?.name;
  if (typeof name !== 'string' || name === '')
    throw new Error(`${path} must give the name to use, as in {"name": "CIFAR-10 (JPEG copies)"}`);
  // A file that anybody can write is no proof that the images are the official ones.
  return name === official ? own : name;
}
