import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../src/program/surroundings.ts';
import { runFolders } from './stored-runs.ts';

const TINY = join(import.meta.dirname, 'programs', 'tiny.experiment.ts');

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'launch-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function together(...argv: string[]) {
  const program = ['packages/command/bin/spatial-ensemble.js', 'run', TINY, '--arm', 'slow', '--devices', '2', ...argv];
  const child = spawn(process.execPath, program, {
    cwd: ROOT,
    env: { ...process.env, SPATIAL_ENSEMBLE_RUNS: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<number | null>((done) => child.on('close', done));
  return { child, ended, said: () => err };
}

test('two processes save for a signal at the same step, and go on to the bits of those that were left alone', async () => {
  const read = (): string => readFileSync(join(runFolders(folder, 'tiny').get('slow-seed1')!, 'result.json'), 'utf8');

  const again = together();
  while (!again.said().includes('Memory at least') && again.child.exitCode === null) await sleep(20);
  await sleep(300);
  again.child.kill('SIGUSR1');
  expect(await again.ended, again.said()).toBe(138);
  expect(again.said().match(/SIGUSR1: saving after this step/g)).toHaveLength(1);
  expect(again.said()).toMatch(/Interrupted\. The same command goes on from here/);
  const { run, status } = JSON.parse(
    readFileSync(join(runFolders(folder, 'tiny').get('slow-seed1')!, 'result.json'), 'utf8'),
  ) as { readonly run: { readonly arithmetic: unknown }; readonly status: string };
  expect([run.arithmetic, status]).toEqual([expect.objectContaining({ workers: 2 }), 'partial']);
  expect(await together().ended).toBe(0);
  const resumed = read();
  expect(await together('--fresh').ended).toBe(0);
  expect(read()).toBe(resumed);
}, 120_000);
