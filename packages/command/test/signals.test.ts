import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { asOneFile } from '../../../tools/vitest/as-one-file.ts';

const PROGRAM = join(import.meta.dirname, 'programs/until-signal.ts');
const { path: ONE_FILE, remove } = asOneFile(PROGRAM);
afterAll(remove);

/** Starts the program; `said` tells what it has said so far on standard output. */
function start(program: readonly string[] = [ONE_FILE]) {
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const says = async (text: string): Promise<void> => {
    while (!out.includes(text) && child.exitCode === null && child.signalCode === null) await sleep(5);
  };
  return { child, ended, says, out: () => out, err: () => err };
}

describe.concurrent('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGUSR1', 138],
  ] as const)('%s is a request, and has exit code %i', async (signal, code) => {
    const { child, ended, says, err } = start();
    await says('ready');
    child.kill(signal);
    expect(await ended).toBe(code);
    expect(err()).toMatch(/saving after this step/i);
    expect(err()).not.toMatch(/Debugger/);
  });

  test('SIGUSR1 before anything is loaded is a request later on', async () => {
    const { child, ended, says, err, out } = start(['--import', 'tsx', PROGRAM, 'late']);
    await says('listening');
    expect(out()).not.toContain('ready');
    child.kill('SIGUSR1');
    expect(await ended).toBe(138);
    expect(out()).toContain('written');
    expect(err()).toContain('SIGUSR1: saving after this step.');
  });

  test('Ctrl-C again, or what follows a signal, does not end what writes a result', async () => {
    const { child, ended, says, out } = start();
    await says('ready');
    child.kill('SIGINT');
    await says('writing');
    await sleep(550);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    child.kill('SIGHUP');
    expect(await ended).toBe(130);
    expect(out()).toContain('written');
  });

  test('a reader that goes away ends nothing', async () => {
    const { child, ended, says } = start();
    await says('ready');
    child.stderr.destroy();
    child.stdout.destroy();
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
  });
});
