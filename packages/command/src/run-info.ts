import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TensorFlowInfo } from '@spatial-ensemble/engine';
import type { RunInfo } from '@spatial-ensemble/record';

/** The commit that is checked out, with `+` where files differ from it; null outside a repository. */
function commit(): string | null {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+');
  } catch {
    return null;
  }
}

/** Hash of the sources in every room, as they are now: provenance, where the commit says too little. Null outside a repository. */
function sourceHash(): string | null {
  const packages = fileURLToPath(new URL('../../', import.meta.url));
  const sources = globSources(packages);
  if (sources.length === 0) return null;
  const hash = createHash('sha256');
  for (const file of sources)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(packages, file)))
      .update('\0');
  return hash.digest('hex');
}

function globSources(packages: string): string[] {
  return readdirSync(packages, { withFileTypes: true })
    .filter((entry) => existsSync(join(packages, entry.name, 'src')))
    .flatMap(({ name }) =>
      readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(name, 'src', file),
      ),
    )
    .filter((file) => /\.(ts|mjs)$/.test(file))
    .toSorted();
}

let known: Pick<RunInfo, 'commit' | 'sourceHash'> | undefined;

/** What this process was loaded from, looked up once: all its runs are of the same code. */
function sources(): Pick<RunInfo, 'commit' | 'sourceHash'> {
  return (known ??= { commit: commit(), sourceHash: sourceHash() });
}

/** What is known of one execution of a run. */
export interface Execution {
  readonly identity: string;
  readonly startedAt: Date;
  /** Wall time of all sittings. */
  readonly seconds: number;
  readonly waitShare: number | undefined;
  /** Most memory that the process has held, in MiB. */
  readonly peakMemoryMb: number;
  /** What took its steps. */
  readonly code: NonNullable<RunInfo['code']>;
  readonly info: TensorFlowInfo;
  readonly command: string;
}

/** What belongs to one execution of a run: time, host, versions. Never part of a result. */
export function runInfo({
  identity,
  startedAt,
  seconds,
  waitShare,
  peakMemoryMb: peak,
  code,
  info,
  command,
}: Execution): RunInfo {
  const cpus = os.cpus();
  return {
    format: 'spatial-ensemble/run-2',
    identity,
    startedAt: startedAt.toISOString(),
    seconds,
    ...(waitShare !== undefined && { waitShare: Math.min(1, Math.max(0, waitShare)) }),
    peakMemoryMb: peak,
    host: {
      os: `${os.type()} ${os.release()} ${os.arch()}`,
      cpu: cpus[0]?.model ?? 'unknown',
      cores: os.availableParallelism(),
      memoryMb: Math.round(os.totalmem() / 2 ** 20),
      ...(info.device.type === 'GPU' && { gpu: info.gpu?.name ?? info.device.name }),
    },
    versions: { node: process.versions.node, tensorflow: info.version },
    code,
    ...sources(),
    command,
  };
}

/** Most memory that this process has held so far, in MiB. */
export function peakMemoryMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

/** When this sitting began, and how long it has lasted, in seconds. */
export function startSitting(): { readonly startedAt: Date; seconds(): number } {
  const began = performance.now();
  return { startedAt: new Date(), seconds: () => (performance.now() - began) / 1000 };
}
