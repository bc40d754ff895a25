import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const TINY = join(import.meta.dirname, 'programs', 'tiny.experiment.ts');

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'training-cli-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly err: string;
  /** What it left to a caller that writes more below it. */
  readonly words: string;
}

/** Runs the command line in a process of its own, with `runs` as its run store. */
function start(runs: string, ...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const lastWords = join(folder, `${randomUUID()}.txt`);
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@spatial-ensemble/source', 'packages/command/src/cli.ts', ...args],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        SPATIAL_ENSEMBLE_RUNS: join(folder, runs),
        SPATIAL_ENSEMBLE_CIFAR10: '',
        SPATIAL_ENSEMBLE_LAST_WORDS: lastWords,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let err = '';
  const words = (): string => (existsSync(lastWords) ? readFileSync(lastWords, 'utf8') : '');
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (err += text));
  return {
    child,
    ended: new Promise((done) => child.on('close', (code, signal) => done({ code, signal, err, words: words() }))),
  };
}

function runTiny(runs: string, ...args: string[]): ReturnType<typeof start> {
  return start(runs, 'run', TINY, '--arm', 'slow', ...args);
}

function runFolder(runs: string): string {
  const tier = join(folder, runs, 'tiny', 'small');
  const [name] = existsSync(tier) ? readdirSync(tier).filter((entry) => /^slow-seed1-[0-9a-f]{12}$/.test(entry)) : [];
  return join(tier, name ?? 'absent');
}

function read(runs: string, file: string): string {
  return readFileSync(join(runFolder(runs), file), 'utf8');
}

function savedStep(runs: string): number {
  const file = join(runFolder(runs), 'checkpoint', 'checkpoint.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { step: number }).step : -1;
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
  expect(step).toBeLessThan(2000);

  const interrupted = runTiny('parts');
  await checkpointAfter('parts', step);
  interrupted.child.kill('SIGINT');
  const stopped = await interrupted.ended;
  expect(stopped.err).toMatch(
    /Saving after this step.*saved after step \d+ of 2000.*The same command goes on from here/s,
  );
  expect(stopped.code).toBe(130);
  expect(JSON.parse(read('parts', 'result.json'))).toMatchObject({ status: 'partial', measures: [] });

  const [resumed, whole] = [await runTiny('parts').ended, await runTiny('whole').ended];
  expect([resumed.code, whole.code]).toEqual([0, 0]);
  expect(read('parts', 'result.json')).toBe(read('whole', 'result.json'));
  expect(read('parts', 'metrics.jsonl')).toBe(read('whole', 'metrics.jsonl'));

  const { measures, weights } = JSON.parse(read('whole', 'result.json')) as {
    measures: { value: number }[];
    weights: string;
  };
  expect(measures.map(({ value }) => value > 50)).toEqual([true, true]);
  expect(weights).toMatch(/^[0-9a-f]{64}$/);
  expect(whole.err).toMatch(/ms a step, .* % of it waiting for images/);
  const report = readFileSync(join(folder, 'whole', 'reports', 'tiny', 'index.md'), 'utf8');
  expect(report).toContain('One seed');

  const again = await runTiny('whole').ended;
  expect(again.err).toMatch(/finished before \([0-9a-f]{12}\); --arm slow --seed 1 --fresh runs it again/);
}, 120_000);

test.concurrent.each([
  [
    'an option that does not exist',
    ['run', TINY, '--sed', '1'],
    /unknown option '--sed'\n\(Did you mean one of --seed/,
  ],
  [
    'a key that does not exist',
    ['run', TINY, '--set', 'momentun=0.5'],
    /unknown key 'momentun'. Did you mean 'momentum'\?/,
  ],
  [
    'a set of images that is not here',
    ['run', 'experiments/fixmatch-cifar10.experiment.ts'],
    /GPU hours.*CIFAR-10 is not here/s,
  ],
  [
    'a run that is planned to take too long',
    ['run', TINY, '--arm', 'slow', '--set', 'momentum=0.5', '--max-hours', '0'],
    /Plan from 20 measured steps.*saved after step 21 of 2000.*To go on: the same command with --max-hours/s,
  ],
  ['hours that are no number', ['run', TINY, '--max-hours', 'many'], /It takes hours, such as 12 or 0\.5/],
  ['nothing to accept', ['accept', 'quickstart'], /nothing of quickstart can be accepted: there are no runs of it/],
])('%s is one message and exit code 1', async (_, args, message) => {
  const { code, err, words } = await start('errors', ...args).ended;
  expect(err).toMatch(message);
  expect(words).not.toBe('');
  expect(err).toContain(words.replace(/^[\w-]+: /, ''));
  expect(err).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
});

test('a dry run says what it would cost, needs no images and writes nothing', async () => {
  const { code, err } = await start('dry', 'run', 'experiments/fixmatch-cifar10.experiment.ts', '--dry-run').ended;
  expect(code).toBe(0);
  expect(err).toMatch(/- tma, seed 1: 1,048,576 steps/);
  // 428.7 MFLOP an image are twice the multiply-adds of packages/nn/test/multiply-adds.test.ts: three times that for
  // the 448 + 64 that are learnt from, once for the 448 that the teacher labels. The gradient of the first
  // convolution's input is not needed.
  const [, flops] = /Traced: fixmatch, ([\d.e]+) FLOP a step/.exec(err)!;
  expect(Number(flops) / ((512 * 3 + 448) * 428.7e6)).toBeGreaterThan(0.97);
  expect(Number(flops) / ((512 * 3 + 448) * 428.7e6)).toBeLessThan(1.01);
  expect(existsSync(join(folder, 'dry'))).toBe(false);
});
