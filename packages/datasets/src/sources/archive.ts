import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { chunksOfFile } from '@spatial-ensemble/files';
import { createTarDecoder, unpackTar } from 'modern-tar';

/** No archive that is read has more: both of CIFAR have 0.2 GB. */
export const MOST_ARCHIVE_BYTES = 1e9;

/** A data set's official archive. */
export interface Archive {
  readonly file: string;
  readonly url: string;
  /** The published checksum, in hexadecimal; its authors give no stronger one. */
  readonly md5: string;
}

/** @throws Error if a file is larger than its archive can be, or does not have its published checksum */
export async function verifyArchive(
  path: string,
  { md5, url }: Pick<Archive, 'md5' | 'url'>,
  most = MOST_ARCHIVE_BYTES,
): Promise<void> {
  const stats = statSync(path);
  if (!stats.isFile() || stats.size > most)
    throw new Error(
      `${path} is not the published archive: ${stats.isFile() ? `it has ${stats.size} bytes` : 'it is not a file'}. Fetch it again (${url}), or take it away`,
    );
  const hash = createHash('md5');
  for await (const chunk of chunksOfFile(path)) hash.update(chunk);
  const found = hash.digest('hex');
  if (found !== md5)
    throw new Error(
      `${path} is not the published archive: its MD5 is ${found}, not ${md5}. Fetch it again (${url}), or take it away`,
    );
}

/** A file of an archive, as it comes. */
export interface ArchiveFile {
  /** Without its folders. */
  readonly name: string;
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Looks at the files of a gzipped tar archive one after the other, for those that memory has no room to hold twice. What
 * is not read of one is skipped.
 *
 * @param use told of each file; `false` ends it
 * @throws Error if the archive cannot be unpacked; whatever `use` throws
 */
export async function eachOfArchive(
  path: string,
  { url }: Pick<Archive, 'url'>,
  use: (file: ArchiveFile) => Promise<boolean>,
): Promise<void> {
  const unpacked = createGunzip();
  pipeline(chunksOfFile(path), unpacked, () => undefined);
  const entries = (Readable.toWeb(unpacked) as ReadableStream<Uint8Array>).pipeThrough(createTarDecoder());
  let [asked, goesOn] = [false, true];
  try {
    const reader = entries.getReader();
    while (goesOn) {
      const { done, value } = await reader.read();
      if (done) return;
      const { header, body } = value;
      const content = body as unknown as AsyncIterable<Uint8Array>;
      asked = true;
      goesOn = await use({ name: header.name.slice(header.name.lastIndexOf('/') + 1), size: header.size, content });
      asked = false;
      // Not cancelled, which takes the content of the next file too (modern-tar 0.8.6).
      if (goesOn) for await (const _ of content);
    }
    await reader.cancel();
  } catch (error) {
    if (asked) throw error;
    throw new Error(
      `${path} cannot be unpacked: ${(error as Error).message}. Fetch it again (${url}), or take it away`,
      {
        cause: error,
      },
    );
  } finally {
    unpacked.destroy();
  }
}

/**
 * Files of a gzipped tar archive, by name and in the order of the names, in whatever folder they are in it.
 *
 * @param most bytes that one of the files can have
 * @throws Error if the archive does not have its published checksum, lacks one of the files, or holds one that is larger
 */
export async function readArchive(
  path: string,
  { md5, url }: Archive,
  names: readonly string[],
  most: number,
): Promise<ReadonlyMap<string, Uint8Array>> {
  await verifyArchive(path, { md5, url });
  const last = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
  const unpacked = createGunzip();
  // An error of either side ends what is read below.
  pipeline(chunksOfFile(path), unpacked, () => undefined);
  const content = Readable.toWeb(unpacked);
  const entries = await unpackTar(content as ReadableStream<Uint8Array>, {
    filter: ({ name, size }) => {
      if (!names.includes(last(name))) return false;
      if (size > most) throw new Error(`${path} holds ${name} with ${size} bytes; there are ${most} at the most`);
      return true;
    },
  }).catch((error: Error) => {
    if (error.message.startsWith(path)) throw error;
    throw new Error(`${path} cannot be unpacked: ${error.message}. Fetch it again (${url}), or take it away`, {
      cause: error,
    });
  });
  const files = new Map(entries.map(({ header, data }) => [last(header.name), data ?? new Uint8Array(0)]));
  const absent = names.filter((name) => !files.has(name));
  if (absent.length > 0) throw new Error(`${path} does not hold ${absent.join(', ')}`);
  return new Map(names.map((name) => [name, files.get(name) ?? new Uint8Array(0)]));
}
