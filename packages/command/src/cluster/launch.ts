import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { SIGNALS } from '../interrupt.ts';
import { HOSTS, LAUNCHED, RANK } from './cluster-of.ts';

/** What processes that were told to stop end with, having saved. */
const STOPPED: readonly number[] = SIGNALS.map((signal) => 128 + constants.signals[signal]);

/** Milliseconds in which the others end by themselves once one is gone. */
const GRACE = 2500;

/** How much is kept of what a process says that nobody sees. */
const LAST_LINES = 20;

/** Processes of this program on this machine. */
export interface Launch {
  readonly processes: number;
  readonly gpu: boolean;
  /** The arguments of each, without those of Node.js. */
  readonly argv: readonly string[];
  /** Beside this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** How processes ended: all alike, or as one that failed. */
export interface Launched {
  readonly exitCode: number;
  /** Which one failed, and why; undefined where none did. */
  readonly failure: string | undefined;
}

/** One of the processes. */
interface Started {
  readonly rank: number;
  readonly process: ChildProcess;
  /** Its last lines, where nobody sees what it says. */
  readonly said: () => string;
}

interface Ended {
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Starts this program in so many processes that form a cluster on the loopback address, each with a GPU of its own where
 * they compute on GPUs. The first one has this process's terminal; the others say nothing, unless one fails. Signals are
 * passed on to all. Where one fails, the others end too: by themselves, or after some seconds by force.
 *
 * @throws Error where there are not so many GPUs
 */
export async function launch({ processes, gpu, argv, env = {} }: Launch): Promise<Launched> {
  const gpus = gpu ? visibleGpus(processes, process.env['CUDA_VISIBLE_DEVICES']) : undefined;
  const hosts = (await freePorts(processes)).map((port) => `127.0.0.1:${port}`).join();
  const all = Array.from({ length: processes }, (_, rank) =>
    start(rank, argv, {
      ...process.env,
      ...env,
      [HOSTS]: hosts,
      [RANK]: String(rank),
      [LAUNCHED]: String(process.pid),
      ...(gpus && { CUDA_VISIBLE_DEVICES: gpus[rank] }),
      // What is said last is said once.
      ...(rank > 0 && { SPATIAL_ENSEMBLE_LAST_WORDS: undefined }),
    }),
  );
  const passOn = (signal: NodeJS.Signals): void => {
    for (const one of all) one.process.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, passOn);
  try {
    return await endOf(all);
  } finally {
    for (const signal of SIGNALS) process.off(signal, passOn);
  }
}

/** Waits for all; once one has failed, for the others only so long. */
async function endOf(all: readonly Started[]): Promise<Launched> {
  let failed: { readonly failure: string; readonly exitCode: number } | undefined;
  let force: NodeJS.Timeout | undefined;
  let stuck: readonly Started[] = [];
  const end = (): void => {
    stuck = all.filter(({ process: child }) => child.exitCode === null && child.signalCode === null);
    for (const one of stuck) one.process.kill('SIGKILL');
  };
  const codes = await Promise.all(
    all.map(async (one) => {
      const ended = await endOfOne(one);
      if (ended.code !== 0 && !STOPPED.includes(ended.code)) {
        failed ??= { failure: failureOf(one, ended, all.length), exitCode: ended.signal === null ? ended.code : 1 };
        force ??= setTimeout(end, GRACE);
      }
      return ended.code;
    }),
  );
  clearTimeout(force);
  if (failed === undefined) return { exitCode: Math.max(...codes), failure: undefined };
  return { ...failed, failure: [failed.failure, ...stuck.map(stuckText), GOES_ON].join('\n') };
}

const GOES_ON = 'Once that is put right, the same command goes on from the last checkpoint (without --fresh).';

/** Of one that hung, or that computed for long. */
function stuckText({ rank, process: child }: Started): string {
  return `process ${rank} (${child.pid}) did not end by itself, and was killed.`;
}

async function endOfOne({ process: child }: Started): Promise<Ended> {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code: code ?? 128 + constants.signals[signal!], signal };
}

/** `process 1 of 4 (12345) was ended by SIGKILL`, and its last lines. */
function failureOf({ rank, process: child, said }: Started, { code, signal }: Ended, processes: number): string {
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  const last = rank === 0 ? '' : said();
  const lines = last === '' ? [] : ['It said last:', ...last.split('\n').map((line) => `  ${line}`)];
  return [`process ${rank} of ${processes} (${child.pid}) ${how}, and the others were ended with it.`, ...lines].join(
    '\n',
  );
}

function start(rank: number, argv: readonly string[], env: NodeJS.ProcessEnv): Started {
  // `!`: the program was started from a file.
  const program = process.argv[1]!;
  // The bundled program adds options of its own for what it starts itself.
  const options = program.endsWith('.ts') ? process.execArgv : [];
  const child = spawn(process.execPath, [...options, program, ...argv], {
    env,
    // A channel tells it when this process is gone.
    stdio: rank === 0 ? ['inherit', 'inherit', 'inherit', 'ipc'] : ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let lines: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lines = `${lines.join('\n')}${text}`.split('\n').slice(-LAST_LINES);
  });
  return { rank, process: child, said: () => lines.join('\n').trim() };
}

/**
 * The GPU of each process, as `CUDA_VISIBLE_DEVICES` names it.
 *
 * @param listed what it is here; undefined: all GPUs can be seen
 * @throws Error where it lists fewer
 */
export function visibleGpus(processes: number, listed: string | undefined): string[] {
  const all =
    listed?.split(',').filter((name) => name.trim() !== '') ?? Array.from({ length: processes }, (_, i) => String(i));
  if (all.length < processes)
    throw new Error(
      `--devices ${processes}: CUDA_VISIBLE_DEVICES leaves ${all.length === 1 ? 'one GPU' : `${all.length} GPUs`} to this program. Ask for so many, or list more there`,
    );
  return all.slice(0, processes);
}

/** Ports of the loopback address that are free now. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** In a process that was launched: where the one that launched it is gone, that is a request to stop. */
export function stopWithLauncher(): void {
  if (process.env[LAUNCHED] === undefined || process.channel === undefined) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // It keeps nobody running.
  process.channel?.unref();
}
