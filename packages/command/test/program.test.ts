import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../src/program/program.ts';
import { ROOT } from '../src/program/surroundings.ts';
import { runFolders } from './stored-runs.ts';

const TINY = join(import.meta.dirname, 'programs', 'tiny.experiment.ts');
const SLOW = ['run', TINY, '--arm', 'slow'];
const CIFAR = join(ROOT, 'experiments', 'fixmatch-cifar10.experiment.ts');

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'program-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program in this process: what it said, its exit code, and what it left for a caller that writes below it. */
async function program(
  runs: string,
  ...argv: string[]
): Promise<{ readonly code: number; readonly said: string; readonly words: string }> {
  const lines: string[] = [];
  const lastWords = join(folder, `${runs}.txt`);
  rmSync(lastWords, { force: true });
  const before = process.env['SPATIAL_ENSEMBLE_CIFAR10'];
  process.env['SPATIAL_ENSEMBLE_CIFAR10'] = '';
  try {
    const code = await runProgram(argv, { runs: join(folder, runs), log: (line) => lines.push(line), lastWords });
    return { code, said: lines.join('\n'), words: existsSync(lastWords) ? readFileSync(lastWords, 'utf8') : '' };
  } finally {
    if (before === undefined) delete process.env['SPATIAL_ENSEMBLE_CIFAR10'];
    else process.env['SPATIAL_ENSEMBLE_CIFAR10'] = before;
  }
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly err: string;
}

/** Runs the tiny experiment in a process of its own, with `runs` as its run store. */
function runTiny(runs: string): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['packages/command/bin/spatial-ensemble.js', ...SLOW], {
    cwd: ROOT,
    env: { ...process.env, SPATIAL_ENSEMBLE_RUNS: join(folder, runs) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (err += text));
  return { child, ended: new Promise((done) => child.on('close', (code, signal) => done({ code, signal, err }))) };
}

function runFolder(runs: string): string {
  return runFolders(join(folder, runs), 'tiny').get('slow-seed1') ?? 'absent';
}

function read(runs: string, file: string): string {
  return readFileSync(join(runFolder(runs), file), 'utf8');
}

function savedStep(runs: string): number {
  const folder = join(runFolder(runs), 'checkpoint');
  const steps = existsSync(folder) ? readdirSync(folder) : [];
  return steps
    .filter((step) => existsSync(join(folder, step, 'checkpoint.json')))
    .reduce((last, step) => Math.max(last, Number(step.slice('step-'.length))), -1);
}

/** Waits for a checkpoint of a later step. */
async function checkpointAfter(runs: string, step: number): Promise<void> {
  while (savedStep(runs) <= step) await sleep(5);
}

test('killed, resumed, interrupted by Ctrl-C and resumed again, a run leaves the bytes of one that was left alone', async () => {
  const killed = runTiny('parts');
  await checkpointAfter('parts', 0);
  killed.child.kill('SIGKILL');
  expect((await killed.ended).signal).toBe('SIGKILL');
  expect(existsSync(join(runFolder('parts'), 'result.json'))).toBe(false);
  const step = savedStep('parts');
  expect(step).toBeLessThan(600);

  const interrupted = runTiny('parts');
  await checkpointAfter('parts', step);
  interrupted.child.kill('SIGINT');
  const stopped = await interrupted.ended;
  expect(stopped.err).toMatch(
    /Saving after this step.*saved after step \d+ of 600.*The same command goes on from here/s,
  );
  expect(stopped.code).toBe(130);
  expect(JSON.parse(read('parts', 'result.json'))).toMatchObject({ status: 'partial', measures: [] });

  const [resumed, whole] = [await program('parts', ...SLOW), await program('alone', ...SLOW)];
  expect([resumed.code, whole.code], resumed.said + whole.said).toEqual([0, 0]);
  expect(read('parts', 'result.json')).toBe(read('alone', 'result.json'));
  expect(read('parts', 'metrics.jsonl')).toBe(read('alone', 'metrics.jsonl'));
  expect(whole.said).toMatch(/ms a step, .* % of it waiting for images/);
}, 120_000);

test('a run leaves its results, what the code was, and a report, and is not run again', async () => {
  const run = [...SLOW, '--set', 'steps=100'];
  const { code, said } = await program('whole', ...run);
  expect(code, said).toBe(0);
  expect(said).toMatch(/Plan from 20 measured steps.*\[1\/1\] slow, seed 1: accuracy: teacher [\d.]+ %.*Report: /s);
  expect(readFileSync(join(folder, 'whole', 'reports', 'tiny', 'index.md'), 'utf8')).toContain('One seed');
  const again = await program('whole', ...run);
  expect(again.code).toBe(0);
  const [, identity] = /finished before \(([0-9a-f]{12})\); --arm slow --seed 1 --fresh runs it again/.exec(
    again.said,
  )!;
  const at = runFolder('whole');
  expect(at.endsWith(`/${identity}`)).toBe(true);
  const read = (file: string): unknown => JSON.parse(readFileSync(join(at, file), 'utf8'));
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
  expect(read('result.json')).toMatchObject({ status: 'complete', weights: hash });
  expect(read('run.json')).toMatchObject({ sourceHash: hash, command: run.join(' ').replace(`${ROOT}/`, '') });
  const before = readFileSync(join(at, 'result.json'), 'utf8');
  const anew = await program('whole', ...run, '--fresh');
  expect(anew.said).toMatch(/Plan from 20 measured steps/);
  expect(readFileSync(join(at, 'result.json'), 'utf8')).toBe(before);
  expect(existsSync(`${at}.anew`)).toBe(false);
});

test.each([
  [
    'an option that does not exist',
    ['run', TINY, '--sed', '1'],
    /unknown option '--sed'\n\(Did you mean one of --seed/,
  ],
  [
    'a tier that does not exist',
    ['run', TINY, '--tier', 'smal'],
    /'smal' is invalid\. Allowed choices are paper, gpu, small, smoke/,
  ],
  [
    'a key that does not exist',
    ['run', TINY, '--set', 'momentun=0.5'],
    /unknown key 'momentun'. Did you mean 'momentum'\?/,
  ],
  ['a set of images that is not here', ['run', CIFAR], /GPU hours.*CIFAR-10 is not here/s],
  [
    'a run that is planned to take too long',
    [...SLOW, '--set', 'momentum=0.5', '--max-hours', '0'],
    /Plan from 20 measured steps.*saved after step 21 of 600.*To go on: the same command with --max-hours/s,
  ],
  ['hours that are no number', ['run', TINY, '--max-hours', 'many'], /It takes hours, such as 12 or 0\.5/],
  ['threads that are none', ['run', TINY, '--threads', '0'], /It takes a whole number from 1 up/],
  [
    'more threads than are of use',
    ['run', TINY, '--threads', '100000'],
    /--threads 100000: .* no more work .*--force starts it all the same/,
  ],
  ['nothing to accept', ['accept', 'quickstart'], /nothing of quickstart can be accepted: there are no runs of it/],
])('%s is one message and exit code 1', async (_, argv, message) => {
  const { code, said, words } = await program('errors', ...argv);
  expect(said).toMatch(message);
  expect(words).not.toBe('');
  expect(said).toContain(words.trimEnd().replace(/^[\w-]+: /, ''));
  expect(said).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
});

test('a dry run says what it would cost, needs no images and writes nothing', async () => {
  const { code, said } = await program('dry', 'run', CIFAR, '--dry-run');
  expect(code).toBe(0);
  expect(said).toMatch(/- tma, seed 1: 1,048,576 steps/);
  // 428.7 MFLOP an image are twice the multiply-adds of packages/nn/test/multiply-adds.test.ts: three times that for
  // the 448 + 64 that are learnt from, once for the 448 that the teacher labels. The gradient of the first
  // convolution's input is not needed.
  const [, flops] = /Traced: fixmatch, ([\d.e]+) FLOP a step/.exec(said)!;
  expect(Number(flops) / ((512 * 3 + 448) * 428.7e6)).toBeGreaterThan(0.97);
  expect(Number(flops) / ((512 * 3 + 448) * 428.7e6)).toBeLessThan(1.01);
  expect(existsSync(join(folder, 'dry'))).toBe(false);
});
