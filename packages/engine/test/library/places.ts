import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test as plain } from 'vitest';
import { findLibrary, type FindOptions, type Library } from '../../src/library/index.ts';
import type { Environment } from '../../src/library/location.ts';
import type { PinnedBuilds } from '../../src/library/wheel.ts';
import { LINUX, offline, recorder, tinyBuilds } from './wheels.ts';

export const CPU = '2.21.0-linux-x64-cpu';
export const CUDA = '2.21.0-linux-x64-cuda12';

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** A directory of tiny wheels in the place of an index: the real pip runs in every test that fetches. */
export interface Index {
  readonly wheels: string;
  readonly builds: PinnedBuilds;
}

/** An empty cache, and what a test does with it. */
export class Place {
  readonly cache = mkdtempSync(join(tmpdir(), 'cache-'));
  readonly root = join(this.cache, 'tensorflow');
  readonly wheels: string;
  readonly builds: PinnedBuilds;

  constructor({ wheels, builds }: Index) {
    this.wheels = wheels;
    this.builds = builds;
  }

  find(options: FindOptions = {}): Promise<Library> {
    return findLibrary({
      env: this.env(),
      host: LINUX,
      builds: this.builds,
      progress: recorder(),
      nvidiaDriver: () => (options.device === 'gpu' ? '580.65.06' : undefined),
      ...options,
    });
  }

  /** An environment in which pip looks into the wheels alone. */
  env(changed: Record<string, string> = {}): Environment {
    return { ...offline(this.wheels, this.cache), ...changed };
  }

  /** What a fetch may leave behind: finished builds and an empty folder for parts. */
  left(): string[] {
    return [
      ...readdirSync(this.root).filter((name) => name !== '.parts'),
      ...readdirSync(join(this.root, '.parts')).map((name) => `.parts/${name}`),
    ].sort();
  }

  /** Begins a fetch in a process of its own. */
  start(device: 'cpu' | 'gpu', kill: string, env: Environment): ChildProcessByStdio<Writable, Readable, Readable> {
    const script = fileURLToPath(new URL('fetch-in-a-process.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, device, kill], {
      env: env as NodeJS.ProcessEnv,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(JSON.stringify(this.builds));
    return child;
  }

  async inAProcess(device: 'cpu' | 'gpu', kill = ''): Promise<Ended> {
    const child = this.start(device, kill, this.env());
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
      child.once('close', (code, signal) => resolve({ code, signal })),
    );
    const [out, err, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { ...end, out, err };
  }
}

/** A test with a place of its own: tests that fetch run side by side, since pip takes one core. */
export const test = plain.extend<{ at: Place; index: Index }>({
  index: [
    // oxlint-disable-next-line no-empty-pattern -- Vitest reads from the pattern which fixtures this one needs.
    async ({}, use) => {
      const wheels = mkdtempSync(join(tmpdir(), 'wheels-'));
      await use({ wheels, builds: tinyBuilds(wheels) });
      rmSync(wheels, { recursive: true });
    },
    { scope: 'file' },
  ],
  at: async ({ index }, use) => {
    const place = new Place(index);
    await use(place);
    rmSync(place.cache, { recursive: true });
  },
});

export function problem(name: string, message: RegExp): object {
  return expect.objectContaining({ problem: name, message: expect.stringMatching(message) as string }) as object;
}

/** A fetch that is killed leaves nothing that looks finished, and the next one mends it. */
export async function expectMended(at: Place, where: string): Promise<void> {
  const { signal } = await at.inAProcess('cpu', where);
  expect(signal).toBe('SIGKILL');
  expect(existsSync(join(at.root, CPU))).toBe(false);
  await expect(at.find({ fetch: false })).rejects.toEqual(problem('not-cached', /doctor --fetch/));
  const started = Date.now();
  expect(await at.find()).toMatchObject({ source: 'fetched' });
  // The dead process's lock is recognised by its process id; nobody waits for it to grow old.
  expect(Date.now() - started).toBeLessThan(20_000);
  expect(at.left()).toEqual([CPU]);
}

/** Whether a process runs; one that has ended, but that nobody has asked about yet (a zombie), does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
