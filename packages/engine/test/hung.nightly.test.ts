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
  ['first', 3],
  ['middle', 3],
  ['busy', 1],
])(
  'a process that hangs is named to the others within 15 seconds: %s',
  async (when, code) => {
    const hosts = (await freePorts(2)).map((port) => `127.0.0.1:${port}`);
    const [first, second] = [0, 1].map((rank) => start(hosts.join(), rank, when));
    try {
      while (!isStopped(second!.child.pid!)) await sleep(50);
      const since = performance.now();
      const [ended] = (await once(first!.child, 'exit')) as [number | null];
      expect(first!.said()).toContain(`process 1 (${hosts[1]!}) has not answered for 7 seconds`);
      expect(ended).toBe(code);
      expect(performance.now() - since).toBeLessThan(15_000);
    } finally {
      second!.child.kill('SIGKILL');
      first!.child.kill('SIGKILL');
    }
  },
  60_000,
);
