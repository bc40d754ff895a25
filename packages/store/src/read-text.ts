import { readBounded } from '@spatial-ensemble/files';

/** A run of a million lines of numbers has a tenth of it. */
const MOST_BYTES = 256e6;

/** The text of a document of the store. @throws Error that names the file, where it is none or far too large to be one */
export async function readText(path: string): Promise<string> {
  return (await readBounded(path, MOST_BYTES)).toString('utf8');
}
