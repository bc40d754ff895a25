/**
 * `npm run watchers`: a run is trained with `--tensorboard`, and its numbers are read back by who watches runs: TensorBoard's
 * own package from the event files, Weights & Biases and MLflow (offline) from what the examples of `packages/store` tell them
 * while the run's folder grows. All must hold what `metrics.jsonl` holds.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { MetricsLine } from '@spatial-ensemble/record';
import { Command } from 'commander';
import { WATCHERS, watchersPython, type Watcher } from './environment.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STEPS = 40;

/** Points `[step, value]` by name. */
type Points = Readonly<Record<string, readonly (readonly [number, number])[]>>;

/** A trained run: its folder, the name of its event files below the store, and its numbers. */
interface Trained {
  readonly store: string;
  readonly folder: string;
  readonly board: string;
  readonly points: Points;
}

function trained(store: string): Trained {
  const args = ['run', 'experiments/quickstart.experiment.ts', '--tier', 'smoke', '--arm', 'sts', '--seed', '1'];
  execFileSync(
    process.execPath,
    [join(ROOT, 'packages/command/bin/spatial-ensemble.js'), ...args, '--set', `steps=${STEPS}`, '--tensorboard'],
    { cwd: ROOT, env: { ...process.env, SPATIAL_ENSEMBLE_RUNS: store }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const [board] = execFileSync('find', ['tensorboard', '-name', '*tfevents*', '-printf', '%h\n'], { cwd: store, encoding: 'utf8' }).split('\n'); // prettier-ignore
  const folder = join(store, 'fixmatch', board!.slice(-12));
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as MetricsLine); // prettier-ignore
  const points: Record<string, [number, number][]> = {};
  for (const { kind, step, values } of lines)
    for (const [name, value] of Object.entries(values)) (points[`${kind}/${name}`] ??= []).push([step, value]);
  return { store, folder, board: board!, points };
}

/** @throws Error that names the first number that is not as it should be */
function same(found: Points, wanted: Points, as: (value: number) => number = (value) => value): string {
  for (const [name, points] of Object.entries(wanted)) {
    const [there, here] = [found[name] ?? [], points.map(([step, value]) => [step, as(value)])];
    if (JSON.stringify(there) !== JSON.stringify(here))
      throw new Error(`${name} is ${JSON.stringify(there)}, and metrics.jsonl has ${JSON.stringify(here)}`);
  }
  const count = Object.values(wanted).reduce((sum, points) => sum + points.length, 0);
  if (count < STEPS) throw new Error(`there are ${count} numbers in metrics.jsonl, fewer than steps`);
  return `${count} numbers of ${Object.keys(wanted).length} names`;
}

/** Tells an adapter a run that grows: line after line, cut back once as after a kill, and written anew in its place. */
async function grown(
  { folder }: Trained,
  into: string,
  adapter: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  mkdirSync(into);
  cpSync(join(folder, 'spec.json'), join(into, 'spec.json'));
  const [python, ...args] = adapter as [string, ...string[]];
  const child = spawn(python, [...args, into, 'sts-seed1'], { cwd: join(into, '..'), env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] }); // prettier-ignore
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => `${line}\n`); // prettier-ignore
  const file = join(into, 'metrics.jsonl');
  const half = Math.floor(lines.length / 2);
  for (const line of lines.slice(0, half)) {
    appendFileSync(file, line);
    await pause(100);
  }
  await pause(5000);
  writeFileSync(`${file}.new`, lines.slice(0, half - 7).join(''));
  renameSync(`${file}.new`, file);
  for (const line of lines.slice(half - 7)) appendFileSync(file, line);
  cpSync(join(folder, 'result.json'), join(into, 'result.json'));
  const code = await ended;
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
}

const reference = (name: string): string => fileURLToPath(new URL(`reference/${name}`, import.meta.url));
const example = (name: string): string => join(ROOT, 'packages/store/examples', name);

/** What each holds, compared; each gives what it says. */
const CHECKS: Readonly<Record<Watcher, (run: Trained, python: string) => Promise<string>>> = {
  async tensorboard(run, python) {
    const told = execFileSync(python, [reference('events.py'), run.store, run.board], { encoding: 'utf8' });
    const { runs, scalars, histograms, images } = JSON.parse(told) as {
      readonly runs: readonly string[];
      readonly scalars: Points;
      readonly histograms: Points;
      readonly images: Readonly<Record<string, readonly number[]>>;
    };
    if (runs.join() !== run.board) throw new Error(`TensorBoard names ${runs.join()} and not ${run.board}`);
    const text = same(scalars, run.points, Math.fround);
    for (const name of ['learningRate', 'momentum'])
      if (scalars[`schedule/${name}`]?.length !== STEPS) throw new Error(`schedule/${name} has not ${STEPS} points`);
    const distances = Object.entries(histograms).filter(([name]) => name.startsWith('distance/'));
    if (distances.length === 0 || Object.keys(images).length === 0) throw new Error('histograms or images are missing');
    return `${text}, ${distances.length} histograms of distance, ${Object.keys(images).length} images, in the run ${runs.join()}`;
  },
  async wandb(run, python) {
    const into = join(run.store, '..', 'wandb');
    mkdirSync(into);
    await grown(run, join(into, 'run'), [python, example('to_wandb.py')], {
      WANDB_MODE: 'offline',
      WANDB_SILENT: 'true',
    });
    const kept = execFileSync(python, [reference('wandb_kept.py'), into], { encoding: 'utf8' });
    return same(JSON.parse(kept) as Points, run.points);
  },
  async mlflow(run, python) {
    const into = join(run.store, '..', 'mlflow');
    mkdirSync(into);
    const env = { MLFLOW_TRACKING_URI: `file:${join(into, 'kept')}`, MLFLOW_ALLOW_FILE_STORE: 'true' };
    await grown(run, join(into, 'run'), [python, example('to_mlflow.py')], env);
    const kept = execFileSync(python, [reference('mlflow_kept.py')], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    return same(JSON.parse(kept) as Points, run.points);
  },
};

async function main(): Promise<void> {
  const { python: given } = new Command('watchers')
    .description('Reads a run back by TensorBoard, Weights & Biases and MLflow, offline.')
    .option('--python <path>', 'a Python that has some of their packages; default: a throw-away environment')
    .parse()
    .opts<{ python?: string }>();
  const place = mkdtempSync(join(tmpdir(), 'spatial-ensemble-watched-'));
  const environment = watchersPython(given, (line) => console.error(line));
  try {
    const run = trained(join(place, 'runs'));
    for (const [name, check] of Object.entries(CHECKS) as [Watcher, (typeof CHECKS)[Watcher]][]) {
      const missing = environment.missing[name];
      if (missing !== undefined) {
        console.log(`${name} SKIPPED: ${missing}`);
        continue;
      }
      try {
        console.log(`${WATCHERS[name].requirement}: ${await check(run, environment.python)}, as in metrics.jsonl`);
      } catch (error) {
        console.log(`${name} FAILED: ${(error as Error).message}`);
        process.exitCode = 1;
      }
    }
  } finally {
    environment.remove();
    rmSync(place, { recursive: true, force: true });
  }
}

await main();
