import { availableParallelism } from 'node:os';
import type { Cluster } from '@spatial-ensemble/engine';
import { clusterOf, HOSTS, LAUNCHED } from '../cluster/cluster-of.ts';
import { launch } from '../cluster/launch.ts';
import { Left } from './left.ts';
import type { Flags } from './flags.ts';
import type { Surroundings } from './surroundings.ts';

/** The place of this process among those that train together. */
export interface Place {
  /** Undefined: it trains alone. */
  readonly cluster: Cluster | undefined;
  /** The first one alone asks, says and keeps things. */
  readonly isFirst: boolean;
  /** Cores that are its own, where processes of one machine share them; undefined: all. */
  readonly cores: number | undefined;
}

type Asked = Pick<Flags, 'devices' | 'gpu' | 'profile' | 'dryRun' | 'xla'>;

/**
 * What is this process's part: to train, alone or with others, or to start processes that do.
 *
 * @throws Error for what contradicts itself
 */
export function placeOf(
  { devices = 1, gpu, profile, dryRun, xla }: Asked,
  env: NodeJS.ProcessEnv,
  cores = availableParallelism(),
): Place | 'launches' {
  const cluster = clusterOf(env);
  const together = cluster !== undefined || devices > 1;
  if (cluster !== undefined && devices > 1 && env[LAUNCHED] === undefined)
    throw new Error(
      `--devices ${devices} starts processes on this machine, and this is already one of ${cluster.hosts.length}, by ${env[HOSTS] === undefined ? 'srun' : HOSTS}: leave out one of them`,
    );
  if (together && profile === true)
    throw new Error('--profile is of a process that trains alone: leave it out, or --devices');
  if (together && xla === true)
    throw new Error(
      '--xla is of a process that trains alone: XLA compiles none of the exchanges between processors, and those of GPUs were never tried. Leave it out, or train on one',
    );
  if (devices > 1 && typeof gpu === 'number')
    throw new Error(
      `--devices ${devices} takes so many GPUs, and --gpu ${gpu} names one: write --gpu, and list in CUDA_VISIBLE_DEVICES which they are`,
    );
  if (devices > 1 && cluster === undefined && dryRun !== true) return 'launches';
  return {
    cluster: dryRun === true ? undefined : cluster,
    isFirst: (cluster?.rank ?? 0) === 0,
    cores: devices > 1 ? Math.max(1, Math.floor(cores / devices)) : undefined,
  };
}

/** Starts the processes of `--devices`, and ends as they do. @throws Left where they did not end well */
export async function launchAll(
  { devices = 1, gpu }: Asked,
  argv: readonly string[],
  { runs }: Pick<Surroundings, 'runs'>,
): Promise<void> {
  const { exitCode, failure = '' } = await launch({
    processes: devices,
    gpu: gpu !== undefined,
    argv,
    env: { SPATIAL_ENSEMBLE_RUNS: runs },
  });
  if (exitCode !== 0) throw new Left(failure, exitCode);
}

/** Work whose errors say which process they are of, where that is not the first. */
export async function namingProcess<T>({ cluster, isFirst }: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (cluster === undefined || isFirst || error instanceof Left) throw error;
    throw new Error(`process ${cluster.rank} of ${cluster.hosts.length}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
