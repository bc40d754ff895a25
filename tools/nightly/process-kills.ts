import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { draws, key, type Draws } from '@spatial-ensemble/random';
import { readResults } from '@spatial-ensemble/store';
import { freePorts } from '../vitest/processes.ts';
import { start, type Child } from './child.ts';
import type { Guarantee } from './guarantee.ts';

const PROGRAM = 'packages/command/bin/spatial-ensemble.js';
const RUN = ['run', 'packages/command/test/programs/tiny.experiment.ts', '--arm', 'slow'];
/** What process 0 says once all have met. */
const MET = 'Memory at least';

/** Of them every tenth hangs (SIGSTOP) in place of being killed. */
const HANGS = 0.1;

/** In which the others have to end. */
const ENDS_MS = 15_000;

/**
 * One of several processes that train a run together is killed at a random moment, or hangs: the others end within 15
 * seconds with a message that names it, and the same command goes on to the bits of processes that were left alone. They
 * are started by `--devices`, and are watched by it from the first moment on; or each by itself, and have met.
 *
 * @param least so many are killed, however long it takes.
 */
export function processKills(least = 50, times = 5): Guarantee {
  const stores = mkdtempSync(join(tmpdir(), 'process-kills-'));
  let whole: { readonly milliseconds: number; readonly result: Buffer } | undefined;
  return {
    name: 'processes killed, named and survived, to the bit',
    least,
    async round(n) {
      whole ??= await leftAlone(join(stores, 'whole'));
      const draw = draws(key('process kills').fold(n));
      const store = join(stores, 'parts');
      const failures: string[] = [];
      for (let kill = 0; kill < times; kill++) {
        const hangs = draw.uniform() < HANGS;
        const wrong = await (draw.boolean(0.5) ? killed : killedApart)(store, {
          draw,
          hangs,
          span: whole.milliseconds,
        });
        if (wrong !== undefined) failures.push(`round ${n}, kill ${kill}: ${wrong}`);
      }
      const { code } = await launched(store).ended;
      if (code !== 0) failures.push(`round ${n}: it ends with ${code} once it is left alone`);
      else if (!(await resultIn(store)).equals(whole.result)) failures.push(`round ${n}: its result has other bytes`);
      if (failures.length === 0) rmSync(store, { recursive: true });
      return { tried: times, failures: failures.slice(0, times) };
    },
    close: () => rmSync(stores, { recursive: true, force: true }),
  };
}

interface Moment {
  readonly draw: Draws;
  readonly hangs: boolean;
  /** Milliseconds that a run takes. */
  readonly span: number;
}

async function leftAlone(store: string): Promise<{ milliseconds: number; result: Buffer }> {
  const began = performance.now();
  const child = launched(store);
  const { code } = await child.ended;
  if (code !== 0) throw new Error(`two processes end with ${code} by themselves:\n${child.complained()}`);
  return { milliseconds: performance.now() - began, result: await resultIn(store) };
}

function launched(store: string): Child {
  return start(PROGRAM, [...RUN, '--devices', '2'], { ...process.env, SPATIAL_ENSEMBLE_RUNS: store });
}

async function resultIn(store: string): Promise<Buffer> {
  const [result] = await readResults(store);
  return result === undefined ? Buffer.alloc(0) : readFileSync(result.file);
}

/** Processes that `--devices` started, of which one is killed at any moment. @returns what was wrong with how they ended */
async function killed(store: string, { draw, hangs, span }: Moment): Promise<string | undefined> {
  const child = launched(store);
  const rank = draw.int(2);
  const at = draw.uniform() * span;
  await Promise.race([child.ended, sleep(at)]);
  if (hangs) await child.says(MET);
  const pid = await childOf(child, rank);
  if (pid === undefined) return undefined;
  return endsOnce(() => process.kill(pid, hangs ? 'SIGSTOP' : 'SIGKILL'), [child], `process ${rank}`);
}

/** Processes that were each started by itself, of which one is killed once they have met. */
async function killedApart(store: string, { draw, hangs, span }: Moment): Promise<string | undefined> {
  const hosts = (await freePorts(2)).map((port) => `127.0.0.1:${port}`).join();
  const env = { ...process.env, SPATIAL_ENSEMBLE_RUNS: store, SPATIAL_ENSEMBLE_CLUSTER: hosts };
  const all = [0, 1].map((rank) =>
    start(PROGRAM, [...RUN, '--threads', '1'], { ...env, SPATIAL_ENSEMBLE_RANK: String(rank) }),
  );
  const rank = draw.int(2);
  const at = draw.uniform() * span;
  await all[0]!.says(MET);
  await Promise.race([all[rank]!.ended, sleep(at / 2)]);
  const others = all.filter((_, i) => i !== rank);
  const wrong = await endsOnce(
    () => void all[rank]!.process.kill(hangs ? 'SIGSTOP' : 'SIGKILL'),
    others,
    `process ${rank}`,
  );
  all[rank]!.process.kill('SIGKILL');
  await all[rank]!.ended;
  return wrong;
}

/** What is wrong with how processes end once one of them is gone, unless they had ended well before. */
async function endsOnce(kill: () => void, others: readonly Child[], name: string): Promise<string | undefined> {
  kill();
  const since = performance.now();
  const ended = Promise.all(others.map((child) => child.ended));
  const codes = await Promise.race([ended, sleep(ENDS_MS, undefined, { ref: false })]);
  const seconds = (performance.now() - since) / 1000;
  if (codes === undefined) {
    for (const child of others) child.process.kill('SIGKILL');
    await ended;
    return `the others of ${name} had not ended after ${ENDS_MS} ms`;
  }
  for (const [i, { code }] of codes.entries()) {
    const said = others[i]!.complained();
    if (code === 0) continue;
    if (code !== 1 || !said.includes(name))
      return `${name} was killed, and after ${seconds.toFixed(1)} s another ended with ${code}: ${said}`;
  }
  return undefined;
}

/** The process of that number, once it has been started; undefined where all is over. */
async function childOf({ process: { pid } }: Child, rank: number): Promise<number | undefined> {
  for (; ; await sleep(50)) {
    const file = `/proc/${pid}/task/${pid}/children`;
    const all = existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean) : undefined;
    if (all === undefined) return undefined;
    if (all.length === 2) return Number(all[rank]);
  }
}
