import { execFileSync } from 'node:child_process';
import type { Cluster } from '@spatial-ensemble/engine';

/** Below the ports that systems give to whoever asks for any (from 32768 on Linux). */
const FIRST_PORT = 12_000;
const SLOTS = 1250;
/** Ports from one job's to the next one's. */
const SLOT = 16;

/**
 * The cluster of a step that `srun` started with several tasks, by the variables that Slurm sets for each of them
 * (https://slurm.schedmd.com/srun.html, "Output environment variables"). Ports follow from the numbers of job and step, so
 * that nobody has to be told them.
 *
 * @param hostnames expands `node[01-03]`; default: as Slurm does it itself
 * @returns undefined outside such a step
 * @throws Error for tasks that lie otherwise than Slurm says, or a list that cannot be expanded
 */
export function slurmCluster(env: NodeJS.ProcessEnv, hostnames = expandedBySlurm): Cluster | undefined {
  const tasks = numberOf(env, 'SLURM_STEP_NUM_TASKS') ?? 1;
  if (tasks === 1) return undefined;
  const given = (name: string): string => {
    const value = env[name];
    if (value === undefined)
      throw new Error(`Slurm says that this is one of ${tasks} tasks, and sets no ${name}: start them with srun`);
    return value;
  };
  const [rank, node] = [Number(given('SLURM_PROCID')), Number(given('SLURM_NODEID'))];
  const nodes = hostnames(given('SLURM_STEP_NODELIST'));
  const counts = tasksPerNode(given('SLURM_STEP_TASKS_PER_NODE'));
  const places = nodeOfEach(counts, env['SLURM_DISTRIBUTION']);
  if (places.length !== tasks || counts.length !== nodes.length || places[rank] !== node)
    throw new Error(
      `task ${rank} of ${tasks} runs on node ${node} of ${nodes.join(', ')}, which is not where srun --distribution=block puts it (${counts.join(', ')} tasks a node): start it so, or name the hosts in SPATIAL_ENSEMBLE_CLUSTER`,
    );
  const port = firstPort(Number(given('SLURM_JOB_ID')), Number(given('SLURM_STEP_ID')));
  const there = nodes.map(() => 0);
  // `!`: a node's number is an index of both.
  return { hosts: places.map((at) => `${nodes[at]!}:${port + there[at]!++}`), rank };
}

/** The first port of a job's step, of 12,000 to 31,999: other jobs of the next thousand have others. */
function firstPort(job: number, step: number): number {
  return FIRST_PORT + SLOT * ((37 * job + step) % SLOTS);
}

/** `2(x3),1`: 2, 2, 2, 1. */
function tasksPerNode(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [, tasks, nodes = '1'] = /^(\d+)(?:\(x(\d+)\))?$/.exec(part) ?? [];
    if (tasks === undefined) throw new Error(`SLURM_STEP_TASKS_PER_NODE is such as 2(x3),1, got ${text}`);
    return Array.from({ length: Number(nodes) }, () => Number(tasks));
  });
}

/** The node of each task, from 0: one node after the other, or in turn. */
function nodeOfEach(counts: readonly number[], distribution = 'block'): number[] {
  const all = counts.flatMap((count, node) => Array.from({ length: count }, (_, turn) => ({ node, turn })));
  const inTurn = distribution.startsWith('cyclic');
  return (inTurn ? all.toSorted((a, b) => a.turn - b.turn) : all).map(({ node }) => node);
}

function numberOf(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}

function expandedBySlurm(list: string): string[] {
  try {
    const text = execFileSync('scontrol', ['show', 'hostnames', list], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return text.split('\n').filter((line) => line !== '');
  } catch (error) {
    throw new Error(
      `scontrol show hostnames ${list}: ${(error as Error).message}. Where Slurm's programs are not at hand, name the hosts in SPATIAL_ENSEMBLE_CLUSTER`,
      { cause: error },
    );
  }
}
