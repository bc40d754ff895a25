import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { claimRun, PLAN_FILE, studyFolder } from '@spatial-ensemble/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { FORMATS } from '../src/inventory/formats.ts';
import { runProgram } from '../src/program/program.ts';
import { runExperiment } from '../src/run-experiment.ts';
import { CPU, quietly } from './quietly.ts';
import { runFolders } from './stored-runs.ts';
import { EVALUATED } from './studies.ts';

// One run with its two evaluations, and a part of another.

let store: string;
let folders: Map<string, string>;
let printed: string[];
let said: string[];

beforeAll(async () => {
  await useTensorFlow();
  store = mkdtempSync(join(tmpdir(), 'inventory-'));
  await runExperiment({ experiment: EVALUATED, selection: { arms: ['slow'] }, machine: CPU, session: quietly(store) });
  let steps = 0;
  const displays = {
    run: () => ({ update: () => void (steps += 1), look: () => undefined, stop: () => undefined }),
    counts: () => () => undefined,
  };
  const quiet = quietly(store);
  const session = { ...quiet, interrupt: { ...quiet.interrupt, requested: () => steps > 3 }, displays };
  await runExperiment({ experiment: EVALUATED, selection: { arms: ['fast'] }, machine: CPU, session });
  folders = runFolders(store, 'evaluated');
});
afterAll(() => rmSync(store, { recursive: true, force: true }));

async function program(...args: string[]): Promise<number> {
  [printed, said] = [[], []];
  const surroundings = {
    runs: store,
    log: (line: string) => said.push(line),
    print: (text: string) => printed.push(text),
  };
  return runProgram(args, surroundings);
}

/** What a command prints as JSON, which is as its schema says. */
async function json<N extends keyof typeof FORMATS>(name: N, ...args: string[]): Promise<z.infer<(typeof FORMATS)[N]>> {
  expect(await program(name, ...args, '--json'), said.join('\n')).toBe(0);
  return FORMATS[name].parse(JSON.parse(printed.join('\n'))) as z.infer<(typeof FORMATS)[N]>;
}

const short = (name: string): string => folders.get(name)!.slice(-12);

test('list: every run, how far it is, and what it stands for', async () => {
  const { runs } = await json('list');
  const known = runs.map(({ run, state, steps, places }) => [run, state, steps.done, steps.total, places.map(({ arm, evaluation, current }) => [arm, evaluation, current])]); // prettier-ignore
  expect(known).toHaveLength(4);
  expect(known).toContainEqual([short('slow-seed1'), 'complete', 30, 30, [['slow', undefined, true]]]);
  expect(known).toContainEqual([short('slow-linear-seed1'), 'complete', 25, 25, [['slow', 'linear', true]]]);
  expect(known).toContainEqual([short('fast-seed1'), 'partial', expect.any(Number), 30, [['fast', undefined, true]]]);
  for (const { bytes, checkpointBytes, seconds } of runs) {
    expect(bytes).toBeGreaterThan(checkpointBytes);
    expect(checkpointBytes).toBeGreaterThan(1000);
    expect(seconds).toBeGreaterThan(0);
  }
  expect(await program('list')).toBe(0);
  expect(printed.join('\n')).toMatch(/\| evaluated small slow linear, seed 1 +\|.*\n\n4 runs, [\d.]+ [kM]B in /s);
});

describe('show', () => {
  test('all of a run, by the first digits of its identity', async () => {
    const shown = await json('show', short('slow-linear-seed1').slice(0, 6));
    expect(shown.run).toBe(short('slow-linear-seed1'));
    expect(shown.spec).toMatchObject({ steps: 25, whose: 'teacher' });
    expect(shown.from!.slice(0, 12)).toBe(short('slow-seed1'));
    const { origins } = await json('why', 'evaluated/slow', '--tier', 'small');
    expect(shown.commands).toEqual([origins[0]!.command]);
    expect(await program('show', short('fast-seed1'))).toBe(0);
    expect(printed.join('\n')).toMatch(/: partial, \d+ of 30 steps\nstands for evaluated small fast, seed 1\n/);
  });

  test('says what there is where there is no such run', async () => {
    expect(await program('show', 'abcdefabcdef')).toBe(1);
    expect(said.join('\n')).toMatch(/no run abcdefabcdef in .*: give the first digits of an identity/);
    expect(await program('show', short('slow-seed1').slice(0, 3))).toBe(1);
  });
});

test('why: where the numbers of an arm come from, and the command that makes them again', async () => {
  const { origins } = await json('why', 'evaluated/slow', '--tier', 'small');
  expect(origins.map(({ evaluation, state, run }) => [evaluation, state, run])).toEqual([
    [undefined, 'complete', short('slow-seed1')],
    ['linear', 'complete', short('slow-linear-seed1')],
    ['untrained', 'complete', short('slow-untrained-seed1')],
  ]);
  const [{ file, measures, command }] = origins as [(typeof origins)[number]];
  expect((JSON.parse(readFileSync(file!, 'utf8')) as { measures: unknown }).measures).toEqual(measures);
  expect(command).toMatch(/^npx nx run experiments:evaluated:small --arm slow --seed 1( --threads \d+)?$/);
  expect(await program('why', 'evaluated/slwo')).toBe(1);
  expect(said.join('\n')).toContain("evaluated has no arm 'slwo'. Did you mean 'slow'?");
});

test('compare: what differs between two runs', async () => {
  const { differences } = await json('compare', short('slow-seed1'), short('fast-seed1'));
  expect(differences).toEqual([{ path: 'spec.momentum', values: [0.9, 0.5] }]);
  expect(await program('compare', short('slow-seed1'), short('slow-seed1'))).toBe(0);
  expect(printed.join('\n')).toMatch(/^the same run\n/);
});

describe('verify', () => {
  test('reads all that says what it must be', async () => {
    const { problems, whole, runs } = await json('verify');
    expect(problems).toEqual([]);
    expect(runs).toBe(4);
    // A result, a run.json and a checkpoint of each, at least.
    expect(whole).toBeGreaterThanOrEqual(12);
  });

  test('finds a result that is cut off, also where nothing else says whose it is', async () => {
    const folder = join(store, 'softmax-regression', 'abcdefabcdef');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'result.json'), readFileSync(join(folders.get('slow-seed1')!, 'result.json')).subarray(0, 500)); // prettier-ignore
    expect(await program('verify')).toBe(1);
    expect(printed.join('\n')).toContain(`${join(folder, 'result.json')} is damaged`);
    // Stopped before its first checkpoint was whole, a run has nothing that is damaged.
    rmSync(join(folder, 'result.json'));
    mkdirSync(join(folder, 'checkpoint', 'step-000000001'), { recursive: true });
    expect(await program('verify')).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['result.json', () => 'result.json'],
    ['run.json', () => 'run.json'],
    ['metrics.jsonl', () => 'metrics.jsonl'],
    [
      'a checkpoint',
      (folder: string) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith('.safetensors'))!,
    ],
  ])('finds one changed byte in %s', async (_what, fileOf) => {
    const folder = folders.get('slow-seed1')!;
    const file = join(folder, fileOf(folder));
    const before = readFileSync(file);
    const changed = Buffer.from(before);
    // In the middle of a number, a text or a tensor; never the byte that is there.
    const at = Math.floor(changed.length / 2);
    changed[at] = changed[at]! ^ 1;
    writeFileSync(file, changed);
    try {
      expect(await program('verify')).toBe(1);
      expect(said.join('\n')).toMatch(/are not as they were written/);
      expect(printed.join('\n')).toContain(folder);
    } finally {
      writeFileSync(file, before);
    }
    expect(await program('verify')).toBe(0);
  });
});

test('a plan that cannot be read is named, and what it does not know is shown all the same', async () => {
  const plan = join(studyFolder(store, 'evaluated'), PLAN_FILE);
  const before = readFileSync(plan, 'utf8');
  writeFileSync(plan, before.replace('"tier": "small"', '"tier": "paper"'));
  expect((await json('list')).runs).toHaveLength(4);
  expect(said.join('\n')).toContain(`Left out: ${plan} was changed after it was written`);
  expect(await program('verify')).toBe(1);
  expect(printed.join('\n')).toContain(`${plan} was changed after it was written`);
  writeFileSync(plan, before);
  expect(await program('verify')).toBe(0);
});

describe('clean', () => {
  test('leaves alone what is begun anew: it goes on, and may be whole', async () => {
    const anew = `${folders.get('slow-seed1')!}.anew`;
    mkdirSync(join(anew, 'checkpoint'), { recursive: true });
    writeFileSync(join(anew, 'metrics.jsonl'), 'a line\n');
    const paths = (await json('clean', '--checkpoints')).removed.map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith(folders.get('slow-seed1')!))).toEqual([]);
    expect(paths).toHaveLength(4);
    rmSync(anew, { recursive: true });
  });

  test('touches nothing of a run that is claimed', async () => {
    const folder = folders.get('fast-seed1')!;
    const left = join(folder, '.result.json.0.partial');
    writeFileSync(left, Buffer.alloc(500));
    const giveUp = await claimRun(folder);
    expect(await json('clean', '--yes')).toMatchObject({ removed: [], skipped: [{ folder, why: expect.stringContaining(`process ${process.pid}`) }] }); // prettier-ignore
    giveUp();
    // A claim on a network file system, of another machine.
    writeFileSync(`${folder}.running.3`, '{"host":"elsewhere","pid":17,"beats":4}');
    expect(await program('clean', '--yes')).toBe(0);
    expect(printed.join('\n')).toContain(`${folder}: left alone, training (process 17 on elsewhere)`);
    expect(existsSync(left)).toBe(true);
    rmSync(`${folder}.running.3`);
    expect((await json('clean', '--yes')).bytes).toBe(500);
  });

  test('removes what a dead process left behind, when it is told to', async () => {
    const left = join(folders.get('slow-seed1')!, '.result.json.0.partial');
    writeFileSync(left, Buffer.alloc(500));
    const found = await json('clean');
    expect(found).toMatchObject({ done: false, bytes: 500, removed: [{ path: left }] });
    expect(existsSync(left)).toBe(true);
    expect(await json('clean', '--yes')).toMatchObject({ done: true, bytes: 500 });
    expect(existsSync(left)).toBe(false);
    expect((await json('clean', '--yes')).removed).toEqual([]);
  });

  test('keeps the checkpoints of a run that no study has', async () => {
    const plan = join(studyFolder(store, 'evaluated'), PLAN_FILE);
    const before = readFileSync(plan);
    rmSync(plan);
    expect((await json('clean', '--checkpoints')).removed).toEqual([]);
    writeFileSync(plan, before);
  });

  test('frees checkpoints of what is finished with its evaluations, and touches no result', async () => {
    const results = (await json('list')).runs.map(({ folder }) => join(folder, 'result.json'));
    const before = results.map((file) => readFileSync(file, 'utf8'));
    const { removed } = await json('clean', '--checkpoints', '--yes');
    const finished = ['slow-seed1', 'slow-linear-seed1', 'slow-untrained-seed1'];
    const checkpoints = (name: string) => readdirSync(join(folders.get(name)!, 'checkpoint'));
    expect(new Set(removed.map(({ path }) => dirname(path)))).toEqual(
      new Set(finished.map((name) => join(folders.get(name)!, 'checkpoint'))),
    );
    for (const name of finished) expect(checkpoints(name)).toEqual([]);
    expect(checkpoints('fast-seed1')).not.toEqual([]);
    expect(results.map((file) => readFileSync(file, 'utf8'))).toEqual(before);
    expect((await json('verify')).problems).toEqual([]);
  });
});

test('schema: what --json prints, for whoever reads it', async () => {
  expect(await program('schema', 'list')).toBe(0);
  expect(JSON.parse(printed.join('\n'))).toMatchObject({ type: 'object', required: ['format', 'store', 'runs'] });
});
