import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Result } from '@spatial-ensemble/record';
import xterm from '@xterm/headless';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asOneFile } from '../../../tools/vitest/as-one-file.ts';
import { runFolders } from './stored-runs.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PROGRAMS = join(import.meta.dirname, 'programs');
const COMMAND = [process.execPath, 'packages/command/bin/spatial-ensemble.js'];
const noTerminal = spawnSync('python3', ['-I', '-c', 'import pty, fcntl, termios']).status !== 0;

/** What a terminal showed of a program. */
interface Shown {
  readonly status: number | null;
  /** The rows with text at the end. */
  readonly rows: readonly string[];
  /** Every state of the last row, in their order. */
  readonly lastRows: readonly string[];
}

/** Runs a program on a pseudo-terminal of so many columns, and shows its output to a terminal's own arithmetic. */
async function onTerminal(columns: number, command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Shown> {
  const child = spawn('python3', [join(PROGRAMS, 'pseudo-terminal.py'), String(columns), ...command], {
    cwd: ROOT,
    env: { ...process.env, TERM: 'xterm', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const terminal = new xterm.Terminal({ cols: columns, rows: 50, allowProposedApi: true });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const status = await new Promise<number | null>((done) => child.on('close', done));
  const lastRows: string[] = [];
  const { buffer } = terminal;
  const row = (y: number): string => buffer.active.getLine(y)?.translateToString(true) ?? '';
  // A bar's states end where it is drawn anew.
  for (const part of output.split(/(?=\r)/)) {
    await new Promise<void>((done) => terminal.write(part, done));
    lastRows.push(row(buffer.active.baseY + buffer.active.cursorY));
  }
  const rows = Array.from({ length: buffer.active.length }, (_, y) => row(y)).filter((text) => text !== '');
  return { status, rows, lastRows };
}

describe.skipIf(noTerminal)(`on a terminal${noTerminal ? ' (no python3 here to make one)' : ''}`, () => {
  let folder: string;
  const bar = asOneFile(join(PROGRAMS, 'bar.ts'));
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'terminal-'))));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    bar.remove();
  });

  const TITLE = '[12/60] tma-effective, seed 3, linear';

  test.concurrent.each([
    [60, '[12/60] tma-effective,…  50 %  30/60  loss 0.033  0:15 left'],
    [80, `${TITLE}  50 %  30/60  loss 0.033  0:15 left`],
    [120, `${TITLE}  █████████████░░░░░░░░░░░░░░  480.0 ms a step  50 %  30/60  loss 0.033  0:15 left`],
  ])('of %i columns the bar goes on after the plan, in one line that is not cut', async (columns, expected) => {
    const { status, rows, lastRows } = await onTerminal(columns, [process.execPath, bar.path]);
    expect(status).toBe(0);
    expect(rows).toEqual(['Plan from 20 measured steps.', `${TITLE}: finished`]);
    expect(lastRows).toContain(expected);
    const steps = lastRows.filter((row) => /%  \d+\/60/.test(row));
    expect(steps).toHaveLength(60);
    for (const row of steps) {
      expect(row.length).toBeLessThan(columns);
      expect(row).toMatch(/^\[12\/60\] tma-effective,.* {2}\d+ % {2}\d+\/60 {2}loss \d\.\d{3}( {2}0:\d\d left)?$/);
    }
    expect(lastRows.some((row) => /^\[12\/60\].* 33 % {2}1,000\/3,000 {2}images looked at$/.test(row))).toBe(true);
  });

  test('the real command shows its plan once, goes on below it, and leaves its results', async () => {
    const run = ['run', join(PROGRAMS, 'tiny.experiment.ts'), '--arm', 'slow'];
    const env = { SPATIAL_ENSEMBLE_RUNS: folder };
    const { status, rows, lastRows } = await onTerminal(80, [...COMMAND, ...run, '--set', 'steps=100'], env);
    expect(status, rows.join('\n')).toBe(0);
    const steps = lastRows.flatMap((row) => [
      ...row.matchAll(/ (\d+)\/100 {2}loss \d+\.\d{3}(?: {2}\d+:\d\d left)?$/g),
    ]);
    expect(steps.filter(([, step]) => Number(step) > 21).length).toBeGreaterThan(0);
    expect(rows.join('')).toMatch(/Plan from 20 measured steps.*\[1\/1\] slow, seed 1: accuracy: teacher [\d.]+ %/);
    expect(rows.join('\n')).not.toMatch(/\d\/100/);
  }, 60_000);

  test('a terminal that is closed is a request: the run is saved, and goes on from there', async () => {
    const run = ['run', join(PROGRAMS, 'tiny.experiment.ts'), '--arm', 'fast'];
    const env = { ...process.env, TERM: 'xterm', SPATIAL_ENSEMBLE_RUNS: join(folder, 'closed') };
    const closing = [
      join(PROGRAMS, 'closing-terminal.py'),
      ' [0-9]+/100,000 ',
      ...COMMAND,
      ...run,
      '--set',
      'steps=100000',
    ];
    const { status, stdout } = spawnSync('python3', closing, { cwd: ROOT, env, encoding: 'utf8', timeout: 50_000 });
    // SIGHUP's.
    expect(stdout).toBe('129\n');
    expect(status).toBe(0);
    const place = runFolders(join(folder, 'closed'), 'tiny').get('fast-seed1')!;
    const { status: kept, steps } = JSON.parse(readFileSync(join(place, 'result.json'), 'utf8')) as Result;
    expect(kept).toBe('partial');
    expect(readdirSync(join(place, 'checkpoint'))).toContain(`step-${String(steps.done).padStart(9, '0')}`);
  }, 60_000);
});
