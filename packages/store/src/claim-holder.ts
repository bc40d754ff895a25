import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { BEAT, claimNumbers, parsedClaim } from './claim-by-heartbeat.ts';
import { isAlive } from './is-alive.ts';

/** Who trains a run. */
export interface ClaimHolder {
  readonly pid: number;
  /** Undefined: this machine. */
  readonly host: string | undefined;
}

/**
 * Who trains a run, by either form of claim (`claim.ts`). It is looked at only: whoever writes to the run claims it.
 *
 * @param now tells a claim of another machine that is still written from one that was left; by the clocks of two
 *   machines, so what is shown may be wrong by their difference.
 */
export async function claimHolder(folder: string, now: Date): Promise<ClaimHolder | undefined> {
  const file = `${folder}.running`;
  const text = await readFile(file, 'utf8').catch(() => '');
  if (/^\d+$/.test(text) && isAlive(Number(text))) return { pid: Number(text), host: undefined };
  const last = (await claimNumbers(file)).at(-1);
  return last === undefined ? undefined : holderByHeartbeat(`${file}.${last}`, now);
}

async function holderByHeartbeat(file: string, now: Date): Promise<ClaimHolder | undefined> {
  // One that was given up says nobody, and its file may be gone meanwhile.
  const { host, pid } = parsedClaim(await readFile(file, 'utf8').catch(() => ''));
  if (typeof host !== 'string' || typeof pid !== 'number') return undefined;
  if (host === hostname()) return isAlive(pid) ? { pid, host: undefined } : undefined;
  const written = (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
  return now.getTime() - written < BEAT.silentMs ? { pid, host } : undefined;
}
