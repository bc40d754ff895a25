import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Beside the files of a build: what each was when it was unpacked, and when it was last changed. */
const RECORD = 'sha256.json';
const MOST_RECORD_BYTES = 1e6;

interface Recorded {
  readonly sha256: string;
  /** Milliseconds; a file that was changed since is hashed again. */
  readonly changed: number;
}

type Checksums = Readonly<Record<string, Recorded>>;

/** SHA-256 of a file, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * Reads what was just unpacked from the disk again, and records its hashes beside it.
 *
 * @param unpacked SHA-256 of the bytes that were written, by path below `directory`
 * @returns the files that do not hold what was written to them
 */
export async function recordChecksums(directory: string, unpacked: ReadonlyMap<string, string>): Promise<string[]> {
  const record: Record<string, Recorded> = {};
  const damaged: string[] = [];
  for (const [name, sha256] of unpacked) {
    const path = join(directory, name);
    if ((await sha256Of(path)) !== sha256) damaged.push(name);
    record[name] = { sha256, changed: (await stat(path)).mtimeMs };
  }
  await write(directory, record);
  return damaged;
}

/** Puts the records of several folders together, whose files now lie in one. */
export async function joinChecksums(from: readonly string[], directory: string): Promise<void> {
  const records = await Promise.all(from.map(checksumsIn));
  await write(directory, Object.assign({}, ...records.map((record) => record ?? {})) as Checksums);
}

/**
 * Files of a build that are not what was unpacked; undefined where nothing is recorded, as of a library that was put
 * there by hand.
 *
 * @param which `changed`: only those are read that were changed since they were last found whole; that is soon done.
 */
export async function damagedFiles(directory: string, which: 'all' | 'changed'): Promise<string[] | undefined> {
  const record = await checksumsIn(directory);
  if (record === undefined) return undefined;
  const damaged: string[] = [];
  const found: Record<string, Recorded> = { ...record };
  for (const [name, { sha256, changed }] of Object.entries(record)) {
    const path = join(directory, name);
    const now = (await stat(path).catch(() => undefined))?.mtimeMs;
    // One that is missing is not damaged.
    if (now === undefined || (now === changed && which === 'changed')) continue;
    if ((await sha256Of(path)) !== sha256) damaged.push(name);
    else found[name] = { sha256, changed: now };
  }
  const isNew = Object.entries(found).some(([name, { changed }]) => record[name]?.changed !== changed);
  // Where it cannot be written, the files are read again the next time.
  if (isNew) await write(directory, found).catch(() => undefined);
  return damaged;
}

async function checksumsIn(directory: string): Promise<Checksums | undefined> {
  const path = join(directory, RECORD);
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined || size > MOST_RECORD_BYTES) return undefined;
  try {
    const record: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Checksums {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value as Record<string, Partial<Recorded> | null>).every(
    (one) => typeof one?.sha256 === 'string' && typeof one.changed === 'number',
  );
}

async function write(directory: string, record: Checksums): Promise<void> {
  const path = join(directory, RECORD);
  const partial = `${path}.${process.pid}.new`;
  try {
    await writeFile(partial, `${JSON.stringify(record, null, 2)}\n`);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}
