import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFinal } from '@spatial-ensemble/files';
import { MOST_ARCHIVE_BYTES, type Archive } from './archive.ts';

export interface FetchArchiveOptions {
  /** Where the archive is put, under its own name. */
  readonly directory: string;
  /** Another place to fetch it from, `http:`, `https:` or `file:`. The checksum stays the published one. */
  readonly url?: string;
  /** Is told the bytes so far, and how many there are in all where the server says so. */
  readonly progress?: (bytes: number, total: number | undefined) => void;
  /** Bytes after which fetching fails: whatever serves them cannot fill the disk. Default 1 GB. */
  readonly most?: number;
  /** Milliseconds without a byte after which fetching fails. Default 60,000. */
  readonly patience?: number;
}

/**
 * Fetches an archive and keeps it if it has its published checksum. It appears by a rename: whole or not at all.
 *
 * @returns its path
 * @throws Error that says what went wrong, and how to get the archive by hand
 */
export async function fetchArchive(
  archive: Archive,
  {
    directory,
    url = archive.url,
    progress = () => undefined,
    patience = 60_000,
    most = MOST_ARCHIVE_BYTES,
  }: FetchArchiveOptions,
): Promise<string> {
  const target = join(directory, archive.file);
  const byHand = `To do it by hand, fetch ${archive.url} and put it at ${target}`;
  try {
    // Before anything is fetched that could not be kept.
    await mkdir(directory, { recursive: true });
    const hash = createHash('md5');
    const waiting = new AbortController();
    let timer = setTimeout(giveUp, patience);
    function giveUp(): void {
      waiting.abort(new Error(`nothing came for ${patience / 1000} seconds`));
    }
    try {
      const { body, total } = await open(url, waiting.signal);
      let bytes = 0;
      const checked = async function* (): AsyncGenerator<Uint8Array> {
        for await (const chunk of body) {
          clearTimeout(timer);
          timer = setTimeout(giveUp, patience);
          hash.update(chunk);
          progress((bytes += chunk.length), total);
          if (bytes > most)
            throw new Error(`more than ${most / 1e9} GB came, which the archive does not have. Nothing was kept`);
          yield chunk;
        }
        const md5 = hash.digest('hex');
        if (md5 !== archive.md5)
          throw new Error(
            `what came is not the published archive: its MD5 is ${md5}, not ${archive.md5}. Nothing was kept`,
          );
      };
      await writeFinal(target, checked());
      return target;
    } catch (error) {
      throw new Error(reason(waiting.signal.aborted ? waiting.signal.reason : error), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  } catch (error) {
    throw new Error(`${archive.file} could not be fetched from ${url}: ${reason(error)}. ${byHand}`, { cause: error });
  }
}

async function open(
  url: string,
  signal: AbortSignal,
): Promise<{ readonly body: AsyncIterable<Uint8Array>; readonly total: number | undefined }> {
  if (url.startsWith('file:')) return { body: chunksOf(fileURLToPath(url), signal), total: undefined };
  const response = await fetch(url, { signal });
  if (!response.ok || response.body === null)
    throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
  const length = Number(response.headers.get('content-length'));
  // The browser's types, which some packages load beside Node.js', know no iteration of it.
  const body = response.body as unknown as AsyncIterable<Uint8Array>;
  return { body, total: length > 0 ? length : undefined };
}

/** Opens the file once somebody reads: an error before that would have nobody to hear it. */
async function* chunksOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { signal }) as AsyncIterable<Buffer>;
}

/** `fetch` says little itself, and its cause what happened. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  const inner = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : undefined;
  return message === 'fetch failed' && inner ? inner : message;
}
