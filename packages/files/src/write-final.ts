import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WriteError } from './write-error.ts';

const ENDING = '.partial';

/** Of file systems that cannot sync a folder: there the rename is as safe as they make it. */
const CANNOT_SYNC_FOLDERS: readonly unknown[] = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'];

/**
 * Writes a file under its final name: there is what was there before, or all of the new content, at any moment, also
 * after a kill or a loss of power. The content goes to a name of its own in the same folder (which is made where it is
 * missing), is synced, and renamed; then the folder is synced.
 *
 * @param content chunks are written as they come; where they end with an error, that error is thrown and nothing stays
 * @throws WriteError when the system refuses, as on a full disk; the old file is untouched, and no other is left
 */
export async function writeFinal(
  path: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const whole = bytes instanceof Uint8Array;
  let failed: { readonly by: unknown } | undefined;
  const chunks = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      failed = { by: error };
      throw error;
    }
  };
  const folder = dirname(path);
  const partial = join(folder, `.${basename(path)}.${process.pid}-${randomUUID().slice(0, 8)}${ENDING}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeNew(partial, whole ? bytes : chunks(bytes));
    await rename(partial, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    if (failed !== undefined) throw failed.by;
    throw new WriteError(path, whole ? bytes.length : undefined, error);
  }
}

/** Whether a file of this name is what `writeFinal` left where the process was killed. */
export function isPartial(name: string): boolean {
  return name.startsWith('.') && name.endsWith(ENDING);
}

async function writeNew(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    // Goes on after a write that took a part only, and throws where no more is taken.
    await writeFile(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts a folder's entries on disk, so that a rename is not undone by a loss of power. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!CANNOT_SYNC_FOLDERS.includes((error as NodeJS.ErrnoException).code)) throw error;
  } finally {
    await handle.close();
  }
}
