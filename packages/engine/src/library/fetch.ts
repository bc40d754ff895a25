import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { damagedFiles, joinChecksums, recordChecksums, sha256Of } from './checksums.ts';
import { checkSpace } from './disk.ts';
import { BY_HAND, LibraryError } from './errors.ts';
import { acquire } from './lock.ts';
import { CACHE_VARIABLE, type Environment } from './location.ts';
import { isGone, thisOwner } from './owner.ts';
import { pipDownload } from './pip.ts';
import type { Progress } from './progress.ts';
import { CorruptZip, unpack } from './unpack.ts';
import { buildBytes, formatBytes, unpackedBytes, type PinnedWheel } from './wheel.ts';

/** What fetching needs to know. */
export interface FetchOptions {
  /** The folder of all builds in the cache. */
  readonly root: string;
  /** The build's folder in it. */
  readonly name: string;
  readonly wheels: readonly PinnedWheel[];
  readonly env: Environment;
  readonly progress: Progress;
  readonly freeBytes: (directory: string) => Promise<number>;
}

const TEMPORARY = '.tmp-';
const PARTS = '.parts';
// Unpacked wheels of a fetch that nobody went on with.
const PART_LIFETIME = 7 * 24 * 3600 * 1000;

function code(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** Whether a folder holds all files of some wheels, at their sizes, and as they were unpacked where they were changed since. */
export async function isComplete(directory: string, wheels: readonly PinnedWheel[]): Promise<boolean> {
  for (const wheel of wheels) {
    for (const [name, bytes] of Object.entries(wheel.files)) {
      const found = await stat(join(directory, name)).catch(() => undefined);
      if (found?.size !== bytes) return false;
    }
  }
  const damaged = await damagedFiles(directory, 'changed');
  return damaged === undefined || damaged.length === 0;
}

async function makeRoot(root: string): Promise<void> {
  try {
    await mkdir(join(root, PARTS), { recursive: true });
    await rm(await mkdtemp(join(root, `${TEMPORARY}${thisOwner()}-`)), { recursive: true });
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(code(error) ?? '')) throw error;
    throw new LibraryError(
      'unwritable-cache',
      `the cache ${root} cannot be written (${code(error)}). Make it writable, or name another directory: ${CACHE_VARIABLE}=/path/to/directory. ${BY_HAND}`,
      { cause: error },
    );
  }
}

/** Removes what killed processes left behind. Each temporary folder carries its maker's name. */
async function removeLeftovers(root: string): Promise<void> {
  const now = Date.now();
  // The pip of a process that was killed may still be writing; what it adds meanwhile is removed the next time.
  const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true }).catch(() => undefined);
  for (const name of await readdir(root)) {
    if (!name.startsWith(TEMPORARY)) continue;
    const path = join(root, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && isGone(name.slice(TEMPORARY.length), now - found.mtimeMs)) await remove(path);
  }
  for (const name of await readdir(join(root, PARTS))) {
    const path = join(root, PARTS, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && now - found.mtimeMs > PART_LIFETIME) await remove(path);
  }
}

/** Bytes of all files below a folder; files may come and go meanwhile. */
async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries.map(async (entry) =>
    entry.isFile() ? ((await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0) : 0,
  );
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}

async function download(wheel: PinnedWheel, directory: string, { env, progress }: FetchOptions): Promise<string> {
  progress.start(`Fetching ${wheel.name}`, wheel.bytes);
  let measuring = false;
  const watch = setInterval(() => {
    if (measuring) return;
    measuring = true;
    void sizeOf(directory).then((bytes) => {
      measuring = false;
      progress.update(Math.min(bytes, wheel.bytes));
    });
  }, 250);
  try {
    const folder = await pipDownload(wheel, directory, env);
    const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (file === undefined)
      throw new LibraryError('pip-failed', `pip fetched ${wheel.name} ${wheel.version}, but left no wheel. ${BY_HAND}`);
    progress.update(wheel.bytes);
    return join(folder, file);
  } finally {
    clearInterval(watch);
    progress.stop();
  }
}

async function unpackWheel(wheel: PinnedWheel, path: string, into: string, progress: Progress): Promise<void> {
  // pip verified it; this is for a pip that is another program under its name.
  if ((await sha256Of(path)) !== wheel.sha256) {
    throw new LibraryError(
      'hash-mismatch',
      `the fetched ${wheel.name} ${wheel.version} is not the expected file (its SHA-256 is wrong). Nothing of it was kept. Try again. ${BY_HAND}`,
    );
  }
  progress.start(`Unpacking ${wheel.name}`, unpackedBytes(wheel));
  let done = 0;
  try {
    const unpacked = await unpack(path, wheel.files, into, (bytes) => progress.update((done += bytes)));
    const damaged = await recordChecksums(into, unpacked);
    if (damaged.length > 0)
      throw new LibraryError(
        'damaged',
        `the disk of ${into} gives other bytes of ${damaged.join(', ')} than were written. Nothing of it was kept. Put the cache on another disk: ${CACHE_VARIABLE}=/path/to/directory. ${BY_HAND}`,
      );
  } catch (error) {
    if (error instanceof CorruptZip)
      throw new LibraryError('corrupt-wheel', `${error.message}. Nothing of it was kept. Try again. ${BY_HAND}`, {
        cause: error,
      });
    throw error;
  } finally {
    progress.stop();
  }
}

/** Renames a finished folder to its place; where another process was first, its folder stays. */
async function publish(folder: string, target: string, complete: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(folder, target);
    } catch (error) {
      if (!['EEXIST', 'ENOTEMPTY'].includes(code(error) ?? '') || attempt > 2) throw error;
      if (await complete()) return;
      // Somebody deleted or cut short one of its files.
      const aside = join(dirname(target), `${TEMPORARY}${thisOwner()}-${randomUUID()}`);
      await rename(target, aside);
      await rm(aside, { recursive: true, force: true });
    }
  }
}

/** Fetches and unpacks one wheel into a folder of its own, unless an interrupted fetch has left it there. */
async function fetchPart(wheel: PinnedWheel, options: FetchOptions): Promise<void> {
  const { root, progress } = options;
  const part = join(root, PARTS, wheel.sha256);
  const complete = () => isComplete(part, [wheel]);
  if (await complete()) return;
  const temporary = await mkdtemp(join(root, `${TEMPORARY}${thisOwner()}-`));
  try {
    const files = join(temporary, 'files');
    const fetched = join(temporary, 'pip');
    await mkdir(files);
    await mkdir(fetched);
    await unpackWheel(wheel, await download(wheel, fetched, options), files, progress);
    await rm(fetched, { recursive: true });
    await publish(files, part, complete);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Moves the files of all wheels into one folder and gives it the build's name. */
async function assemble({ root, name, wheels }: FetchOptions): Promise<void> {
  const temporary = await mkdtemp(join(root, `${TEMPORARY}${thisOwner()}-`));
  try {
    const together = join(temporary, 'files');
    for (const wheel of wheels) {
      for (const file of Object.keys(wheel.files)) {
        await mkdir(dirname(join(together, file)), { recursive: true });
        await rename(join(root, PARTS, wheel.sha256, file), join(together, file));
      }
    }
    await joinChecksums(
      wheels.map(({ sha256 }) => join(root, PARTS, sha256)),
      together,
    );
    await publish(together, join(root, name), () => isComplete(join(root, name), wheels));
    for (const wheel of wheels) await rm(join(root, PARTS, wheel.sha256), { recursive: true, force: true });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Fetches a build of TensorFlow into the cache. Safe when several processes do so at once (one fetches, the others
 * wait), and when it is killed at any point: the build's folder appears by one rename, wheels that were unpacked before
 * are not fetched again, and what else was left behind is removed by the next fetch.
 *
 * @throws LibraryError that says what to do.
 */
export async function fetchBuild(options: FetchOptions): Promise<void> {
  const { root, name, wheels, progress } = options;
  await makeRoot(root);
  const complete = () => isComplete(join(root, name), wheels);
  const release = await acquire(join(root, `${name}.lock`), complete, (pid) =>
    progress.line(`Another process (${pid}) is fetching TensorFlow into ${root}; waiting for it.`),
  );
  if (release === undefined) return;
  try {
    await removeLeftovers(root);
    await fetchParts(options);
    await assemble(options);
  } catch (error) {
    // Another process, having lost its lock in a race, can have put the same parts together.
    if (code(error) === 'ENOENT' && (await complete())) return;
    if (code(error) !== 'ENOSPC' && code(error) !== 'EDQUOT') throw error;
    const message = `the disk of ${root} is full. Free some space and try again (what is already there is kept), or put the cache on another disk: ${CACHE_VARIABLE}=/path/to/directory. ${BY_HAND}`;
    throw new LibraryError('disk-space', message, { cause: error });
  } finally {
    await release();
  }
}

async function fetchParts(options: FetchOptions): Promise<void> {
  const { root, name, wheels, progress } = options;
  const missing: PinnedWheel[] = [];
  for (const wheel of wheels) {
    if (!(await isComplete(join(root, PARTS, wheel.sha256), [wheel]))) missing.push(wheel);
  }
  if (missing.length === 0) return;
  await checkSpace(root, missing, options.freeBytes);
  const { download: bytes, unpacked } = buildBytes(missing);
  progress.line(
    `Fetching TensorFlow (${name}) with pip, once: ${formatBytes(bytes)} to download, ${formatBytes(unpacked)} unpacked in ${root}.`,
  );
  if (missing.length > 1) {
    for (const wheel of missing) progress.line(`  ${wheel.name} ${wheel.version}: ${formatBytes(wheel.bytes)}`);
  }
  for (const wheel of missing) await fetchPart(wheel, options);
}
