import { createHash, randomUUID, type Hash } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { digestOfFile } from './digest-of-file.ts';
import { syncFolder } from './sync-folder.ts';
import { WriteError } from './write-error.ts';

const ENDING = '.partial';

/** What is written: a text, bytes, or chunks that are written as they come. */
type Content = string | Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Writes a file under its final name: there is what was there before, or all of the new content, at any moment, also
 * after a kill or a loss of power. The content goes to a name of its own in the same folder (which is made where it is
 * missing), is synced, and renamed; then the folder is synced.
 *
 * @param content where its chunks end with an error, that error is thrown and nothing stays
 * @throws WriteError when the system refuses, as on a full disk; the old file is untouched, and no other is left
 */
export async function writeFinal(path: string, content: Content): Promise<void> {
  await writeInPlace(path, content);
}

/**
 * As `writeFinal`, for what must not be lost: the new file is read again and compared by its hash before it takes the
 * place of the old one.
 *
 * @param bytes how many its chunks have, for the message where there is no room for them
 * @returns SHA-256 of the content, in hexadecimal
 * @throws WriteError also where the disk does not give back what was written
 */
export async function writeChecked(path: string, content: Content, bytes?: number): Promise<string> {
  const hash = createHash('sha256');
  await writeInPlace(path, content, { hash, bytes });
  return hash.digest('hex');
}

/** Whether a file of this name is what was being written where a process was killed. */
export function isPartial(name: string): boolean {
  return name.startsWith('.') && name.endsWith(ENDING);
}

/** @param checked its hash takes in what is written, which is then read again and compared with it */
async function writeInPlace(
  path: string,
  content: Content,
  checked?: { readonly hash: Hash; readonly bytes: number | undefined },
): Promise<void> {
  const hash = checked?.hash;
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const whole = bytes instanceof Uint8Array;
  let failed: { readonly by: unknown } | undefined;
  const chunks = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of source) {
        hash?.update(chunk);
        yield chunk;
      }
    } catch (error) {
      failed = { by: error };
      throw error;
    }
  };
  const folder = dirname(path);
  const partial = join(folder, `.${basename(path)}.${process.pid}-${randomUUID().slice(0, 8)}${ENDING}`);
  try {
    await makeFolder(folder);
    if (whole) hash?.update(bytes);
    await writeNew(partial, whole ? bytes : chunks(bytes));
    if (hash !== undefined) await compare(partial, hash);
    await rename(partial, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    if (failed !== undefined) throw failed.by;
    throw new WriteError(path, whole ? bytes.length : checked?.bytes, error);
  }
}

/** Makes a folder where it is missing, and those above it; each is then in the one above it for good. */
async function makeFolder(folder: string): Promise<void> {
  const last = resolve(folder);
  const first = await mkdir(last, { recursive: true });
  if (first === undefined) return;
  for (let made = last; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function writeNew(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    // Goes on after a write that took a part only, and throws where no more is taken.
    await writeFile(file, content);
    await file.sync();
  } catch (error) {
    await closeQuietly(file);
    throw error;
  }
  // Some file systems say only here that there was no room.
  await file.close();
}

/** Where something went wrong before, that is what is told. */
async function closeQuietly(file: FileHandle): Promise<void> {
  await file.close().catch(() => undefined);
}

async function compare(path: string, written: Hash): Promise<void> {
  if ((await digestOfFile(path)) !== written.copy().digest('hex'))
    throw new Error(
      'what is read again is not what was written. Look at the system’s log, and use another disk; the file that was there before still is',
    );
}
