import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  allGather,
  allReduceMean,
  allReduceSum,
  broadcast,
  fusedMean,
  ownRows,
  thisWorker,
} from '@spatial-ensemble/engine';
import { settleCluster, type Cluster } from '../src/binding/cluster.ts';
import { freePorts } from '../../../tools/vitest/processes.ts';
import { runProgram } from './run-program.ts';

/** Plain gradient descent on the mean over both processes of (w − x)², in float64: what `programs/collectives.ts` trains. */
function descended(data: readonly (readonly number[])[], steps: number) {
  const size = data[0]!.length;
  const mean = (of: (x: readonly number[]) => number) => data.reduce((sum, x) => sum + of(x), 0) / data.length;
  let w = Array.from({ length: size }, () => 0);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const at = w;
    losses.push(mean((x) => x.reduce((sum, value, i) => sum + (at[i]! - value) ** 2, 0) / size));
    w = at.map((value, i) => value - 0.25 * mean((x) => (2 * (value - x[i]!)) / size));
  }
  return { w, losses };
}

const data = [
  [1, 2, 3],
  [2, 4, 6],
];
const sum = [3, 6, 9];

test('two processes exchange values and gradients, train one parameter, and are told what goes wrong with the other', async () => {
  const hosts = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
  const ended = await Promise.all([0, 1].map((rank) => runProgram('collectives', {}, [hosts.join(), String(rank)])));
  expect(ended.map(({ code, signal }) => [code, signal])).toEqual([
    [0, null],
    [null, 'SIGKILL'],
  ]);
  const { w, losses } = descended(data, 20);
  const said = ended.map(({ out }) => out.trim().split('\n'));
  const trained = said.map(
    ([line]) =>
      JSON.parse(line!) as { w: number[]; losses: number[]; fused: unknown[]; alone: unknown; moreThreads: number },
  );
  // A thread for each of fifty exchanges would be fifty; some are made for those that run at once.
  for (const { moreThreads } of trained) expect(moreThreads).toBeLessThan(10);
  for (const [rank, own] of data.entries()) {
    const worker = { rank, workers: 2 };
    expect(trained[rank]).toMatchObject({
      worker,
      this: worker,
      left: 0,
      sum,
      again: sum.map((value) => 2 * value),
      mean: sum.map((value) => value / 2),
      rows: [
        [0, 7],
        [1, 7],
      ],
      // L = Σ over both processes r of ([3, 5])_r Σ over all rows x.
      rowsGradient: [[8, 8]],
      first: [{ by: 0 }, true, rank === 0 ? 'no room' : 'process 0: no room', [5, 6]],
      root: data[1],
      // L = Σ over both processes of Σ (Σ x)²: each x counts in both.
      sumGradient: sum.map((value) => 2 * 2 * value),
      // L = Σ over both processes r of (r + 1) Σ over all rows x²: 2 x (1 + 2).
      gatherGradient: own.map((value) => 2 * value * 3),
    });
    expect(trained[rank]!.fused).toEqual([1, 2, 3].map(() => trained[rank]!.alone));
    trained[rank]!.w.forEach((value, i) => expect(value).toBeCloseTo(w[i]!, 5));
    trained[rank]!.losses.forEach((value, i) => expect(value).toBeCloseTo(losses[i]!, 4));
    expect(said[rank]![1]).toBe(
      'other: process 1 traced another function than process 0: start all with the same experiment, options and version of the program',
    );
  }
  expect(trained[0]!.w).toEqual(trained[1]!.w);
  expect(said[0]![2]).toContain(`process 1 (${hosts[1]!}) is gone: start all processes again`);
}, 120_000);

describe('a process on its own', () => {
  test('has what it has', () => {
    const x = tf.tensor2d([[1, 2]]);
    expect(thisWorker()).toEqual({ rank: 0, workers: 1 });
    for (const op of [allReduceSum, allReduceMean, allGather, broadcast, ownRows])
      expect(op(x).arraySync(), op.name).toEqual([[1, 2]]);
    expect(fusedMean({ x }).x.arraySync()).toEqual([[1, 2]]);
    expect(
      tf
        .grad((at) => tf.sum(tf.square(allGather(at))))(x)
        .arraySync(),
    ).toEqual([[2, 4]]);
  });

  test('refuses what no number of processes could do', () => {
    expect(() => broadcast(tf.zeros([1]), 1)).toThrow('a broadcast is from one of the processes 0 to 0, got 1');
    expect(() => allGather(tf.scalar(1))).toThrow('a scalar has none, reshape it to [1]');
    expect(() => allReduceMean(tf.tensor1d([1], 'int32'))).toThrow('one of float32, got int32');
  });
});

describe('a cluster', () => {
  const hosts = ['10.0.0.2:2222', '[fe80::1]:2222', 'node-3.local:2223'];

  test('is hosts with ports, and the number of one of them', () => {
    const settled = { hosts, rank: 2, joinSeconds: 300, endsWithPeers: false, silentSeconds: 3600 };
    expect(settleCluster({ hosts, rank: 2 })).toEqual(settled);
    expect(settleCluster({ hosts, rank: 2, joinSeconds: 60 })).toEqual({ ...settled, joinSeconds: 60 });
  });

  test.each([
    [{ hosts: [], rank: 0 }, 'cluster.hosts is a list of host:port'],
    [{ hosts: ['10.0.0.2'], rank: 0 }, 'cluster.hosts[0] is host:port, as in 10.0.0.2:2222, got "10.0.0.2"'],
    [{ hosts: ['a:0'], rank: 0 }, 'got "a:0"'],
    [{ hosts: ['a:65536'], rank: 0 }, 'got "a:65536"'],
    [{ hosts: ['[10.0.0.2]:1'], rank: 0 }, 'got "[10.0.0.2]:1"'],
    [{ hosts: ['a:1', 'b:1', 'a:1'], rank: 0 }, 'cluster.hosts names a:1 twice: each process has its own port'],
    [{ hosts, rank: 3 }, 'cluster.rank is the number of this process, 0 to 2, got 3'],
    [{ hosts, rank: 0.5 }, 'got 0.5'],
    [{ hosts, rank: 0, joinSeconds: 0 }, 'cluster.joinSeconds is a whole number of seconds from 1 up, got 0'],
    [{ hosts, rank: 0, joinSeconds: 0.5 }, 'cluster.joinSeconds is a whole number of seconds from 1 up, got 0.5'],
    [{ hosts, rank: 0, silentSeconds: 0 }, 'cluster.silentSeconds is a whole number of seconds from 1 up, got 0'],
    [
      { hosts, rank: 0, port: 1 },
      'unknown option cluster.port: a cluster has hosts, rank, joinSeconds, endsWithPeers, silentSeconds',
    ],
  ] as [Cluster, string][])('refuses %j', (cluster, message) => {
    expect(() => settleCluster(cluster)).toThrow(message);
  });
});
