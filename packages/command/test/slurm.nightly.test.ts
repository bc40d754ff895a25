import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { ROOT } from '../src/program/surroundings.ts';
import { TINY, together } from './launched.ts';
import { startSlurm, type Slurm } from './slurm.ts';
import { runFolders } from './stored-runs.ts';

const PROGRAM = join(ROOT, 'packages/command/bin/spatial-ensemble.js');

let folder: string;
let slurm: Slurm | string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slurm-runs-'));
  slurm = await startSlurm({ SPATIAL_ENSEMBLE_RUNS: join(folder, 'runs') });
  if (typeof slurm === 'string') console.warn(`Slurm is not tried: ${slurm}`);
}, 120_000);
afterAll(async () => {
  if (typeof slurm === 'object') await slurm.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function running({ skip }: TestContext): Slurm {
  if (typeof slurm === 'object') return slurm;
  return skip(slurm);
}

const folderOf = (runs: string, name: string): string => runFolders(join(folder, runs), 'tiny').get(name) ?? 'absent';
const result = (runs: string, name = 'slow-seed1'): string =>
  readFileSync(join(folderOf(runs, name), 'result.json'), 'utf8');
const said = ({ folder: logs }: Slurm): string =>
  readdirSync(logs)
    .filter((file) => file.startsWith('tiny-'))
    .map((file) => readFileSync(join(logs, file), 'utf8'))
    .join('\n');

/** Submits what `sbatch` of the program writes. @returns the job's number */
async function submitted({ run, folder: logs }: Slurm, name: string, ...argv: string[]): Promise<string> {
  const script = join(logs, `${name}.sh`);
  await run(process.execPath, PROGRAM, 'sbatch', TINY, '--threads', '1', '--out', script, ...argv);
  return (await run('sbatch', '--parsable', script)).trim();
}

/** Waits for what a job shows of itself. @throws Error after some minutes */
async function shown({ run }: Slurm, job: string, pattern: RegExp): Promise<string> {
  let text = '';
  for (let i = 0; i < 600; i++, await sleep(500)) {
    text = await run('scontrol', 'show', 'job', job);
    if (pattern.test(text)) return text;
  }
  throw new Error(`job ${job} never showed ${pattern}:\n${text}`);
}

test('two tasks of srun train one run, to the bits of two that --devices starts', async (context) => {
  const one = running(context);
  await one.run('srun', '--ntasks=2', '--kill-on-bad-exit=0', '--wait=300', process.execPath, PROGRAM, 'run', TINY, '--arm', 'slow', '--threads', '1'); // prettier-ignore
  const alone = together(join(folder, 'alone'), '--threads', '1');
  expect(await alone.ended, alone.said()).toBe(0);
  expect(result('runs')).toBe(result('alone'));
  expect(result('runs')).toContain('"complete"');
}, 600_000);

test('a job that is told that its time is over saves, is queued again, and goes on to the same bits', async (context) => {
  const one = running(context);
  rmSync(join(folder, 'runs'), { recursive: true, force: true });
  const job = await submitted(one, 'again', '--arm', 'slow', '--devices', '2');
  while (!existsSync(join(folderOf('runs', 'slow-seed1'), 'checkpoint'))) await sleep(50);
  // As Slurm does by itself before the time is over (--signal=B:USR1@120).
  await one.run('scancel', '--signal=USR1', '--batch', job);
  await shown(one, job, /Restarts=1\b/);
  expect(result('runs')).toContain('"partial"');
  const ended = await shown(one, job, /JobState=(COMPLETED|FAILED|CANCELLED)/);
  expect(ended, said(one)).toContain('JobState=COMPLETED');
  expect(said(one)).toMatch(/SIGUSR1: saving after this step/);
  // Each has ended by itself, and none was ended while it still wrote.
  expect(said(one)).toMatch(/tasks 0-1: Exited with exit code 138/);
  expect(said(one)).not.toMatch(/Killed|Terminated|CANCELLED AT.*STEP/i);
  expect(result('runs')).toBe(result('alone'));
}, 600_000);

test('an array trains a grid, a run in each task', async (context) => {
  const one = running(context);
  const job = await submitted(one, 'grid', '--set', 'steps=20,40', '--seed', '1');
  const ended = await shown(one, job, /^(?!.*JobState=(PENDING|RUNNING|COMPLETING|CONFIGURING))/s);
  expect(ended.match(/JobState=COMPLETED/g), said(one)).toHaveLength(4);
  const steps = readdirSync(join(folder, 'runs', 'softmax-regression')).flatMap((run) => {
    const file = join(folder, 'runs', 'softmax-regression', run, 'result.json');
    return existsSync(file) ? [JSON.parse(readFileSync(file, 'utf8')) as { status: string; run: { spec: { steps: number } } }] : []; // prettier-ignore
  });
  const grid = steps.filter((one) => one.run.spec.steps < 600);
  expect(grid.map((one) => [one.status, one.run.spec.steps]).toSorted((a, b) => Number(a[1]) - Number(b[1]))).toEqual(
    [20, 20, 40, 40].map((count) => ['complete', count]),
  );
}, 600_000);
