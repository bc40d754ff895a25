import type { Cluster } from '@spatial-ensemble/engine';
import { slurmCluster } from './slurm.ts';

/** Where processes are told their cluster: `host:port` of each, joined by commas, and the number of this one. */
export const HOSTS = 'SPATIAL_ENSEMBLE_CLUSTER';
export const RANK = 'SPATIAL_ENSEMBLE_RANK';
/** Set by `--devices` for the processes that it starts. */
export const LAUNCHED = 'SPATIAL_ENSEMBLE_LAUNCHED';

/** Seconds in which processes have to come that `--devices` starts all at once; others may be started minutes apart. */
const JOINS_IN = 60;

/**
 * The processes that this one computes with, by what its surroundings say: whoever starts processes (Kubernetes, MPI, a
 * shell on each machine) by two variables, Slurm by its own. One process is none.
 *
 * @throws Error for variables that contradict each other, or say nothing that could be
 */
export function clusterOf(env: NodeJS.ProcessEnv, slurm = slurmCluster): Cluster | undefined {
  const [hosts, rank] = [env[HOSTS], env[RANK]];
  if (hosts === undefined && rank === undefined) return slurm(env);
  if (hosts === undefined) throw new Error(`${RANK} goes with ${HOSTS}, which has host:port of each process`);
  if (rank === undefined) throw new Error(`${HOSTS} goes with ${RANK}, which is the number of this process, from 0`);
  const all = hosts.split(',').map((host) => host.trim());
  const wrong = all.find((host) => !/^(\[[^\]]+\]|[^:\s]+):\d+$/.test(host));
  if (wrong !== undefined)
    throw new Error(`${HOSTS} is a list such as 10.0.0.2:2222,10.0.0.3:2222, and '${wrong}' in it is no host:port`);
  if (!/^\d+$/.test(rank) || Number(rank) >= all.length)
    throw new Error(`${RANK} is the number of this process, 0 to ${all.length - 1}, got '${rank}'`);
  if (env[LAUNCHED] === undefined && Number(env['SLURM_STEP_NUM_TASKS'] ?? 1) > 1)
    throw new Error(`${HOSTS} is set, and srun started several tasks: one of them names the processes. Unset ${HOSTS}`);
  if (all.length === 1) return undefined;
  return { hosts: all, rank: Number(rank), ...(env[LAUNCHED] !== undefined && { joinSeconds: JOINS_IN }) };
}
