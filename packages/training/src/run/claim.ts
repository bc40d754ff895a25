import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isGone, thisOwner } from '@spatial-ensemble/engine';
import { writeAt, WriteError } from '@spatial-ensemble/files';

const SIGN_OF_LIFE_MS = 30_000;

/**
 * Claims a run for this process, so that two do not write to one folder: a file beside the folder says who trains it.
 * The claim of a process that is gone, killed too, is taken over.
 *
 * @returns what gives the claim up.
 * @throws Error that names the file, while another process trains the run; WriteError where it cannot be written.
 */
export async function claimRun(folder: string): Promise<() => void> {
  const file = `${folder}.running`;
  await mkdir(dirname(file), { recursive: true }).catch((error: unknown) => {
    throw new WriteError(file, undefined, error);
  });
  if (!tryClaim(file)) {
    const [owner, silence] = holderOf(file);
    if (!isGone(owner, silence)) throw new Error(`${claimedBy(owner)} If there is none, delete ${file}.`);
    rmSync(file, { force: true });
    if (!tryClaim(file)) throw new Error(`another process has just begun this run (${file})`);
  }
  const alive = setInterval(() => utimesSync(file, new Date(), new Date()), SIGN_OF_LIFE_MS).unref();
  return () => {
    clearInterval(alive);
    rmSync(file, { force: true });
  };
}

function tryClaim(file: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new WriteError(file, undefined, error);
  }
  try {
    writeAt(descriptor, file, Buffer.from(thisOwner()), 0);
    return true;
  } catch (error) {
    // Without a name nobody could tell that its process is gone.
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** The owner's name is not there yet where another process has just made the file. */
function claimedBy(owner: string): string {
  const pid = owner.split('-')[1];
  return pid === undefined
    ? 'another process has just begun this run: wait for it, or stop it.'
    : `another process (${pid}) trains this run: wait for it, or stop it.`;
}

/** Who holds a claim, and for how many milliseconds nothing was heard of them. */
function holderOf(file: string): readonly [owner: string, silence: number] {
  try {
    return [readFileSync(file, 'utf8'), Date.now() - statSync(file).mtimeMs];
  } catch {
    return ['', Infinity];
  }
}
