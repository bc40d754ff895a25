import { execFileSync } from 'node:child_process';
import os from 'node:os';
import type { TensorFlowInfo } from '@spatial-ensemble/engine';
import type { RunInfo } from '@spatial-ensemble/record';

/** The commit that is checked out, with `+` where files differ from it; null outside a repository. */
function commit(): string | null {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+');
  } catch {
    return null;
  }
}

/** What belongs to one execution of a run: time, host, versions. Never part of a result. */
export function runInfo(identity: string, startedAt: Date, seconds: number, waitShare: number, info: TensorFlowInfo): RunInfo {
  const cpus = os.cpus();
  return {
    format: 'spatial-ensemble/run-1',
    identity,
    startedAt: startedAt.toISOString(),
    seconds,
    waitShare: Math.min(1, Math.max(0, waitShare)),
    host: {
      os: `${os.type()} ${os.release()} ${os.arch()}`,
      cpu: cpus[0]?.model ?? 'unknown',
      cores: os.availableParallelism(),
      memoryMb: Math.round(os.totalmem() / 2 ** 20),
      ...(info.device.type === 'GPU' && { gpu: info.device.name }),
    },
    versions: { node: process.versions.node, tensorflow: info.version },
    commit: commit(),
    sourceHash: null,
  };
}
