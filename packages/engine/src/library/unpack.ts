import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';

/** A zip that is not what it should be. */
export class CorruptZip extends Error {
  constructor(path: string, what: string, options?: ErrorOptions) {
    super(`${path} ${what}`, options);
    this.name = 'CorruptZip';
  }
}

/** Passes bytes on, counting and hashing them, and fails at the end when their CRC is not the expected one. */
function checked(
  name: string,
  crc: number,
  onBytes: (bytes: number) => void,
  onHash: (sha256: string) => void,
): Transform {
  let sum = 0;
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      sum = crc32(chunk, sum);
      hash.update(chunk);
      onBytes(chunk.length);
      next(null, chunk);
    },
    flush(next) {
      onHash(hash.digest('hex'));
      next(sum === crc ? null : new Error(`${name} has the wrong checksum`));
    },
  });
}

async function write(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  to: string,
  onBytes: (bytes: number) => void,
): Promise<string> {
  let sha256 = '';
  const onHash = (found: string): void => void (sha256 = found);
  await mkdir(dirname(to), { recursive: true });
  // The high half of the attributes is Unix's mode; of it only "may be executed" is taken over.
  const executable = ((entry.externalFileAttributes >>> 16) & 0o111) !== 0;
  // Before the file is opened: where this fails, nobody would listen to the file's own errors.
  const content = await zip.openReadStreamPromise(entry);
  const file = createWriteStream(to, { flags: 'wx', mode: executable ? 0o755 : 0o644, flush: true });
  // yauzl ends a stream with an error when it is longer or shorter than the entry declares.
  await pipeline(content, checked(entry.fileName, entry.crc32, onBytes, onHash), file);
  return sha256;
}

/**
 * Unpacks the named files of a zip, and nothing else, as streams.
 *
 * @param files paths in the zip and the size that each must have.
 * @param into an existing folder; the files keep their paths below it.
 * @param onBytes told the bytes written, chunk by chunk.
 * @returns SHA-256 of what was written, by path.
 * @throws CorruptZip when the zip cannot be read, lacks a file, holds one twice, or holds one of another size or
 *   checksum.
 */
export async function unpack(
  path: string,
  files: Readonly<Record<string, number>>,
  into: string,
  onBytes: (bytes: number) => void,
): Promise<ReadonlyMap<string, string>> {
  const unpacked = new Map<string, string>();
  const missing = new Set(Object.keys(files));
  for (const name of missing) {
    if (isAbsolute(name) || normalize(name) !== name || name.startsWith('..'))
      throw new Error(`not a path inside a folder: ${name}`);
  }
  let failed: Error | undefined;
  try {
    const zip = await yauzl.openPromise(path, { strictFileNames: true });
    for await (const entry of zip.eachEntry()) {
      const size = files[entry.fileName];
      if (size === undefined) continue;
      if (!missing.delete(entry.fileName)) throw new Error(`holds ${entry.fileName} twice`);
      if (entry.uncompressedSize !== size)
        throw new Error(`holds ${entry.fileName} with ${entry.uncompressedSize} bytes instead of ${size}`);
      unpacked.set(entry.fileName, await write(zip, entry, join(into, entry.fileName), onBytes));
    }
  } catch (error) {
    // The disk's own complaints (full, read-only) say nothing about the zip.
    if (
      typeof (error as NodeJS.ErrnoException).code === 'string' &&
      (error as NodeJS.ErrnoException).syscall !== undefined
    )
      throw error;
    failed = error as Error;
  }
  if (failed !== undefined) throw new CorruptZip(path, `cannot be unpacked: ${failed.message}`, { cause: failed });
  if (missing.size > 0) throw new CorruptZip(path, `lacks ${[...missing].join(', ')}`);
  return unpacked;
}
