import { describe, expect, test } from 'vitest';
import { clusterOf } from '../src/cluster/cluster-of.ts';
import { slurmCluster } from '../src/cluster/slurm.ts';

const HOSTS = '10.0.0.2:2222, [fe80::1]:2222,node-3.local:2223';

describe('processes that are named', () => {
  test('have hosts and numbers; one is none, and so are none', () => {
    expect(clusterOf({ SPATIAL_ENSEMBLE_CLUSTER: HOSTS, SPATIAL_ENSEMBLE_RANK: '2' })).toEqual({
      hosts: ['10.0.0.2:2222', '[fe80::1]:2222', 'node-3.local:2223'],
      rank: 2,
    });
    expect(clusterOf({ SPATIAL_ENSEMBLE_CLUSTER: 'a:1', SPATIAL_ENSEMBLE_RANK: '0' })).toBeUndefined();
    expect(clusterOf({})).toBeUndefined();
  });

  test('have a minute to come where they are started all at once', () => {
    const env = { SPATIAL_ENSEMBLE_CLUSTER: HOSTS, SPATIAL_ENSEMBLE_RANK: '2', SPATIAL_ENSEMBLE_LAUNCHED: '1' };
    expect(clusterOf(env)).toMatchObject({ rank: 2, joinSeconds: 60 });
  });

  test.each([
    [{ SPATIAL_ENSEMBLE_RANK: '0' }, 'SPATIAL_ENSEMBLE_RANK goes with SPATIAL_ENSEMBLE_CLUSTER'],
    [{ SPATIAL_ENSEMBLE_CLUSTER: HOSTS }, 'goes with SPATIAL_ENSEMBLE_RANK, which is the number of this process'],
    [{ SPATIAL_ENSEMBLE_CLUSTER: HOSTS, SPATIAL_ENSEMBLE_RANK: '3' }, "0 to 2, got '3'"],
    [{ SPATIAL_ENSEMBLE_CLUSTER: HOSTS, SPATIAL_ENSEMBLE_RANK: '-1' }, "got '-1'"],
    [{ SPATIAL_ENSEMBLE_CLUSTER: 'a:1,b', SPATIAL_ENSEMBLE_RANK: '0' }, "'b' in it is no host:port"],
    [{ SPATIAL_ENSEMBLE_CLUSTER: '', SPATIAL_ENSEMBLE_RANK: '0' }, "'' in it is no host:port"],
    [
      { SPATIAL_ENSEMBLE_CLUSTER: HOSTS, SPATIAL_ENSEMBLE_RANK: '0', SLURM_STEP_NUM_TASKS: '3' },
      'srun started several tasks: one of them names the processes',
    ],
  ])('are refused as %j', (env, message) => expect(() => clusterOf(env)).toThrow(message));
});

describe('tasks of Slurm', () => {
  const STEP = {
    SLURM_STEP_NUM_TASKS: '5',
    SLURM_STEP_NODELIST: 'gpu[07-09]',
    SLURM_STEP_TASKS_PER_NODE: '2(x2),1',
    SLURM_JOB_ID: '4711',
    SLURM_STEP_ID: '0',
  };
  const expanded = (list: string): string[] => {
    expect(list).toBe('gpu[07-09]');
    return ['gpu07', 'gpu08', 'gpu09'];
  };
  const task = (rank: number, node: number, more: NodeJS.ProcessEnv = {}) =>
    slurmCluster({ ...STEP, SLURM_PROCID: String(rank), SLURM_NODEID: String(node), ...more }, expanded);
  const nodes = (hosts: readonly string[] | undefined) => hosts?.map((host) => host.slice(0, host.indexOf(':')));

  test('have each the same hosts, and a port of their own on each', () => {
    const all = [0, 0, 1, 1, 2].map((node, rank) => task(rank, node));
    expect(all.map((one) => one?.rank)).toEqual([0, 1, 2, 3, 4]);
    for (const one of all) expect(one?.hosts).toEqual(all[0]!.hosts);
    expect(nodes(all[0]!.hosts)).toEqual(['gpu07', 'gpu07', 'gpu08', 'gpu08', 'gpu09']);
    expect(new Set(all[0]!.hosts).size).toBe(5);
  });

  test('may lie in turn', () => {
    const { hosts } = task(1, 1, { SLURM_DISTRIBUTION: 'cyclic:block' })!;
    expect(nodes(hosts)).toEqual(['gpu07', 'gpu08', 'gpu09', 'gpu07', 'gpu08']);
    expect(new Set(hosts).size).toBe(5);
  });

  test('have ports by the number of the job, below those that a system gives away', () => {
    const ports = Array.from({ length: 1000 }, (_, job) =>
      Number(task(0, 0, { SLURM_JOB_ID: String(987_000 + job) })!.hosts[0]!.split(':')[1]),
    );
    expect(new Set(ports).size).toBe(1000);
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(12_000);
    expect(Math.max(...ports)).toBeLessThan(32_000);
  });

  test('are none where there is one, or a batch script runs without srun', () => {
    expect(slurmCluster({ ...STEP, SLURM_STEP_NUM_TASKS: '1' })).toBeUndefined();
    expect(slurmCluster({ SLURM_JOB_ID: '1', SLURM_PROCID: '0', SLURM_NTASKS: '2' })).toBeUndefined();
  });

  test('that lie otherwise, or know too little, are refused', () => {
    expect(() => task(1, 2)).toThrow('task 1 of 5 runs on node 2 of gpu07, gpu08, gpu09, which is not where');
    expect(() => task(0, 0, { SLURM_STEP_TASKS_PER_NODE: '2,2' })).toThrow('start it so, or name the hosts');
    expect(() => task(0, 0, { SLURM_STEP_TASKS_PER_NODE: 'two' })).toThrow('such as 2(x3),1, got two');
    expect(() => slurmCluster({ ...STEP, SLURM_PROCID: '0' }, expanded)).toThrow('sets no SLURM_NODEID');
    expect(() => slurmCluster({ ...STEP, SLURM_PROCID: '0', SLURM_NODEID: '0', SLURM_STEP_NODELIST: '[' })).toThrow(
      'name the hosts in SPATIAL_ENSEMBLE_CLUSTER',
    );
  });
});
