import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar';

/** A data set's official archive. */
export interface Archive {
  readonly file: string;
  readonly url: string;
  /** The published checksum, in hexadecimal; its authors give no stronger one. */
  readonly md5: string;
}

/**
 * Files of a gzipped tar archive, by name and in the order of the names, in whatever folder they are in it.
 *
 * @throws Error if the archive does not have its published checksum, or one of the files
 */
export async function readArchive(
  path: string,
  { md5, url }: Archive,
  names: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const found = hash.digest('hex');
  if (found !== md5)
    throw new Error(
      `${path} is not the published archive: its MD5 is ${found}, not ${md5}. Fetch it again (${url}), or take it away`,
    );
  const last = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
  const unpacked = createGunzip();
  // An error of either side ends what is read below.
  pipeline(createReadStream(path), unpacked, () => undefined);
  const content = Readable.toWeb(unpacked);
  const entries = await unpackTar(content as ReadableStream<Uint8Array>, {
    filter: ({ name }) => names.includes(last(name)),
  });
  const files = new Map(entries.map(({ header, data }) => [last(header.name), data ?? new Uint8Array(0)]));
  const absent = names.filter((name) => !files.has(name));
  if (absent.length > 0) throw new Error(`${path} does not hold ${absent.join(', ')}`);
  return new Map(names.map((name) => [name, files.get(name) ?? new Uint8Array(0)]));
}
