import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { damagedFiles } from '../library/checksums.ts';
import { freeBytes } from '../library/disk.ts';
import { LibraryError } from '../library/errors.ts';
import { findLibrary, type FindOptions, type Library } from '../library/find.ts';
import { thisHost, type Host } from '../library/host.ts';
import { cacheDirectory } from '../library/location.ts';
import { nvidiaDriver } from '../library/nvidia.ts';
import { thisProcessor, type Processor } from './instruction-set.ts';
import type { Probe } from './probe.ts';

/** What `inspect` looks for. */
export interface InspectOptions extends Pick<FindOptions, 'device' | 'env' | 'progress'> {
  /** Whether the library may be fetched if it is missing. Default false. */
  readonly fetch?: boolean;
}

/** All that the engine can tell about the machine it is to run on. Sizes in bytes. */
export interface Inspection {
  readonly node: string;
  readonly host: Host;
  /** What was asked for. */
  readonly device: 'cpu' | 'gpu';
  readonly library?: Library;
  /** Why there is none. */
  readonly libraryProblem?: { readonly problem: string; readonly message: string };
  /** Its files that are not what was unpacked; absent where nothing is recorded of them. */
  readonly damaged?: readonly string[];
  /** What came of loading it, in a process of its own. */
  readonly tensorflow?: Probe;
  /** Version of the NVIDIA driver. */
  readonly nvidiaDriver?: string;
  /** Threads inside an op, and ops at a time, unless a run asks for others. */
  readonly threads: { readonly intra: number; readonly inter: number };
  readonly processor: Processor;
  readonly memory: { readonly total: number; readonly available: number };
  readonly disk: { readonly cache: string; readonly free: number };
}

const SIGNALS: Readonly<Record<string, string>> = {
  SIGILL: "it uses instructions that this processor lacks; TensorFlow's wheels need AVX",
  SIGBUS: 'its file is cut off or damaged, or the disk cannot be read',
  SIGSEGV: 'its file may be damaged',
  SIGKILL: 'it was killed, probably for want of memory',
};

/** Loads a library in a process of its own: a library for another processor ends the process that loads it. */
function probe(library: Library, device: 'cpu' | 'gpu'): Promise<Probe> {
  // The same module in its sources and as it is published.
  const script = fileURLToPath(new URL(`probe${extname(fileURLToPath(import.meta.url))}`, import.meta.url));
  return new Promise((resolve) => {
    const command = [...process.execArgv, script, library.directory, library.framework, library.cc, device];
    execFile(process.execPath, command, { encoding: 'utf8', timeout: 120_000 }, (error, out, err) => {
      const line = out.trim().split('\n').at(-1) ?? '';
      if (line.startsWith('{')) return resolve(JSON.parse(line) as Probe);
      const signal = error?.signal ?? '';
      const said = err.trim().split('\n').slice(-3).join(' ');
      const reason = [SIGNALS[signal], said].filter((part) => part !== undefined && part !== '').join('; it said: ');
      resolve({ error: `TensorFlow could not be loaded (${signal || `exit code ${error?.code ?? 0}`}): ${reason}` });
    });
  });
}

/** What loading a library comes to; where no GPU is found, what it is without one is told as well. */
async function load(library: Library, device: 'cpu' | 'gpu'): Promise<Probe> {
  const probed = await probe(library, device);
  return device === 'gpu' && probed.error !== undefined ? { ...(await probe(library, 'cpu')), ...probed } : probed;
}

/** The nearest directory that exists. */
function existing(directory: string): string {
  return existsSync(directory) ? directory : existing(dirname(directory));
}

/** The machine's memory, or what the container may have of it. */
function memory(): Inspection['memory'] {
  const limit = process.constrainedMemory() || Infinity;
  return { total: Math.min(totalmem(), limit), available: Math.min(freemem(), limit) };
}

async function find(options: InspectOptions): Promise<Library | LibraryError> {
  try {
    const { device, fetch = false } = options;
    // The driver is reported below; beside the CPU build it need not be mentioned as well.
    const look = device === 'gpu' ? nvidiaDriver : () => undefined;
    return await findLibrary({ ...options, fetch, nvidiaDriver: look });
  } catch (error) {
    if (error instanceof LibraryError) return error;
    throw error;
  }
}

/**
 * Looks at everything that decides whether and how TensorFlow runs here: the library, loaded once; devices, processor,
 * memory, disk. Changes nothing, unless it may fetch.
 */
export async function inspect(options: InspectOptions = {}): Promise<Inspection> {
  const { device = 'cpu', env = process.env } = options;
  const found = await find(options);
  const library = found instanceof LibraryError ? undefined : found;
  const damaged = library && (await damagedFiles(dirname(library.directory), 'all'));
  const driver = nvidiaDriver(env);
  const cores = availableParallelism();
  const cache = join(cacheDirectory(env, process.platform), 'tensorflow');
  return {
    node: process.versions.node,
    host: thisHost(),
    device,
    ...(library && { library, tensorflow: await load(library, device) }),
    ...(damaged !== undefined && { damaged }),
    ...(found instanceof LibraryError && { libraryProblem: { problem: found.problem, message: found.message } }),
    ...(driver !== undefined && { nvidiaDriver: driver }),
    threads: { intra: cores, inter: cores },
    processor: thisProcessor(env),
    memory: memory(),
    disk: { cache, free: await freeBytes(existing(cache)) },
  };
}
