import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePorts } from '../../../tools/vitest/processes.ts';

const PROGRAM = fileURLToPath(new URL('programs/stops.ts', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
}

function start(hosts: string, rank: number, when: string): Started {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@spatial-ensemble/source', PROGRAM, hosts, String(rank), when],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  return { child, said: () => said };
}

const isStopped = (pid: number): boolean => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.startsWith('T');

test.skipIf(process.platform !== 'linux').each([
  ['first', 2, 3],
  ['middle', 2, 3],
  ['busy', 2, 1],
  ['middle', 5, 3],
])(
  'processes that hang are named to the one that is left within 15 seconds: %s, %i processes',
  async (when, processes, code) => {
    const hosts = (await freePorts(processes)).map((port) => `127.0.0.1:${port}`);
    const [first, ...others] = hosts.map((_, rank) => start(hosts.join(), rank, when));
    try {
      while (!others.every(({ child }) => isStopped(child.pid!))) await sleep(50);
      const since = performance.now();
      const [ended] = (await once(first!.child, 'exit')) as [number | null];
      const named = others.map((_, i) => `process ${i + 1} (${hosts[i + 1]!})`).join(', ');
      expect(first!.said()).toContain(`${named} ${others.length === 1 ? 'has' : 'have'} not answered for 7 seconds`);
      expect(ended).toBe(code);
      expect(performance.now() - since).toBeLessThan(15_000);
    } finally {
      for (const { child } of [first!, ...others]) child.kill('SIGKILL');
    }
  },
  60_000,
);

test.each(['loop', 'awaits'])(
  'a program that hangs while its process answers is ended, and named to the others: %s',
  async (when) => {
    const hosts = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
    const [first, second] = [0, 1].map((rank) => start(hosts.join(), rank, when)) as [Started, Started];
    try {
      while (!second.said().includes('hangs')) await sleep(50);
      const since = performance.now();
      const ended = await Promise.all([first, second].map(({ child }) => once(child, 'exit')));
      expect(second.said()).toContain(
        'process 1 hangs: its program has not gone on for 8 seconds, nor waited for another',
      );
      expect(first.said()).toContain(`process 1 (${hosts[1]!}) is gone`);
      expect(first.said()).not.toContain('process 0 hangs');
      expect(ended.map(([code]) => code as number)).toEqual([3, 1]);
      // The time in which it has to do anything, and that in which one that is gone is named.
      expect(performance.now() - since).toBeLessThan(8000 + 15_000);
    } finally {
      for (const { child } of [first, second]) child.kill('SIGKILL');
    }
  },
  60_000,
);

/** A way to a port of this machine, until it breaks: what is sent then does not arrive, and nobody is told. */
async function wayTo(port: number): Promise<{ port: number; breakOff: () => void; close: () => void }> {
  const sockets = new Set<Socket>();
  let broken = false;
  const server = createServer((near) => {
    const ends = broken ? [near] : [near, connect(port, '127.0.0.1')];
    for (const [i, socket] of ends.entries()) {
      sockets.add(socket);
      socket.on('error', () => ends[1 - i]?.destroy());
      if (ends.length === 2) socket.pipe(ends[1 - i]!);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    breakOff() {
      broken = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('processes whose network breaks are named to each other within 15 seconds', async () => {
  const own = await freePorts(2);
  const ways = await Promise.all(own.map(wayTo));
  // Each knows the other by the way to it.
  const hostsOf = (rank: number): string[] => own.map((port, i) => `127.0.0.1:${i === rank ? port : ways[i]!.port}`);
  const both = [0, 1].map((rank) => start(hostsOf(rank).join(), rank, 'network'));
  try {
    while (!both.every(({ said }) => said().includes('begins'))) await sleep(50);
    await sleep(1000);
    const since = performance.now();
    for (const { breakOff } of ways) breakOff();
    const ended = await Promise.all(both.map(({ child }) => once(child, 'exit')));
    expect(performance.now() - since).toBeLessThan(15_000);
    for (const [rank, { said }] of both.entries())
      expect(said()).toContain(`process ${1 - rank} (${hostsOf(rank)[1 - rank]!}) has not answered for 7 seconds`);
    expect(ended.map(([code]) => code as number)).toEqual([3, 3]);
  } finally {
    for (const { child } of both) child.kill('SIGKILL');
    for (const { close } of ways) close();
  }
}, 60_000);

test('one that never comes is named while it is waited for, and in the error after that', async () => {
  const hosts = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
  const { child, said } = start(hosts.join(), 0, 'alone');
  const [ended] = (await once(child, 'exit')) as [number | null];
  expect(said()).toContain(`waiting for process 1 (${hosts[1]!}): not there after 15 seconds, of 16 at most`);
  expect(said()).toContain(`process 1 (${hosts[1]!}) has not come within 16 seconds: start all processes again`);
  expect(ended).toBe(3);
}, 60_000);
