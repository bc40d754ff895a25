import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePorts } from '../../../tools/vitest/processes.ts';

const PROGRAM = fileURLToPath(new URL('programs/stops.ts', import.meta.url));

function start(hosts: string, rank: number, when: string): { child: ChildProcess; said: () => string } {
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

test('one that never comes is named while it is waited for, and in the error after that', async () => {
  const hosts = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
  const { child, said } = start(hosts.join(), 0, 'alone');
  const [ended] = (await once(child, 'exit')) as [number | null];
  expect(said()).toContain(`waiting for process 1 (${hosts[1]!}): not there after 15 seconds, of 16 at most`);
  expect(said()).toContain(`process 1 (${hosts[1]!}) has not come within 16 seconds: start all processes again`);
  expect(ended).toBe(3);
}, 60_000);
