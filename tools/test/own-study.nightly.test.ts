import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readResults } from '@spatial-ensemble/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishedPackages } from '../pack/packages.ts';
import { examplesOf } from '../vitest/readme-example.ts';
import { type Project, projectIn, tarballs } from './installed/project.ts';

// What a researcher does who forks nothing: makes the folder, installs, runs, reads the report.

const ROOT = resolve(import.meta.dirname, '../..');
const parent = mkdtempSync(join(tmpdir(), 'own-study-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

let study: Project;
beforeAll(() => {
  const [create, others] = [true, false].map((is) =>
    tarballs()
      .filter(({ name }) => name.endsWith('/create') === is)
      .map(({ file }) => file),
  );
  projectIn(parent).run(
    'npm',
    'exec',
    '--yes',
    `--package=${create![0]!}`,
    '--',
    'create-spatial-ensemble',
    'my-study',
  );
  study = projectIn(join(parent, 'my-study'));
  study.run('npm', 'install', '--ignore-scripts=false', ...others!);
}, 600_000);

const inStudy = (file: string): string => readFileSync(join(study.folder, file), 'utf8');

test('its types hold, with those of the packages', () => {
  study.run('npx', 'tsc');
  // TensorFlow.js' own are not free of mistakes; what is ours is.
  const tsconfig = JSON.parse(inStudy('tsconfig.json')) as { compilerOptions: object };
  const strict = { ...tsconfig, compilerOptions: { ...tsconfig.compilerOptions, skipLibCheck: false } };
  writeFileSync(join(study.folder, 'tsconfig.strict.json'), JSON.stringify(strict));
  let said = '';
  try {
    study.run('npx', 'tsc', '-p', 'tsconfig.strict.json');
  } catch (error) {
    said = (error as { stdout: string }).stdout;
  }
  expect(said.split('\n').filter((line) => /^\S/.test(line) && !line.includes('@tensorflow/'))).toEqual([]);
}, 300_000);

test('it is trained and reported, and what is finished is not run again', async () => {
  study.run('npx', 'spatial-ensemble', 'run', 'my.experiment.ts');
  const runs = join(study.folder, 'runs');
  const results = await readResults(runs);
  const accuracy = new Map(
    results.map(({ result: { run, measures } }) => [
      `${(run.spec['teacher'] as { kind: string }).kind} ${String(run.spec['consistency'])}`,
      measures.find(({ name, whose }) => name === 'accuracy' && whose === 'teacher')!.value,
    ]),
  );
  expect([...accuracy.keys()].toSorted()).toEqual(['sts 1', 'tma 0', 'tma 1']);
  // A fifth is chance.
  for (const value of accuracy.values()) expect(value).toBeGreaterThan(0.35);

  const report = inStudy('runs/reports/my/index.md');
  expect(report.match(/\| complete /g)?.length).toBeGreaterThanOrEqual(3);
  const why = study.run('npx', 'spatial-ensemble', 'why', 'my/sts');
  expect(why).toContain('npx spatial-ensemble run my --tier small --arm sts --seed 1');
  expect(why + report).not.toMatch(/npx nx/);

  study.run('npx', 'spatial-ensemble', 'run', 'my');
  // With the times at which they were made.
  expect(await readResults(runs)).toEqual(results);
  const listed = JSON.parse(study.run('npx', 'spatial-ensemble', 'list', '--json')) as { runs: unknown[] };
  expect(listed.runs).toHaveLength(3);

  rmSync(join(runs, 'reports'), { recursive: true });
  study.run('npx', 'spatial-ensemble', 'report', 'my');
  expect(inStudy('runs/reports/my/index.md')).toBe(report);
}, 600_000);

test('the doctor says what there is', () => {
  const said = JSON.parse(study.run('npx', 'spatial-ensemble', 'doctor', '--json')) as {
    tensorflow: { version: string };
    findings: { level: string; mend: string }[];
  };
  expect(said.tensorflow.version).toBe('2.21.0');
  expect(said.findings.filter(({ level }) => level === 'error')).toEqual([]);
}, 120_000);

test('results are accepted and reported beside the experiment', () => {
  study.run('npx', 'spatial-ensemble', 'accept', 'my');
  study.run('npx', 'spatial-ensemble', 'reports');
  expect(inStudy('reports/my/index.md')).toContain('STS');
  expect(inStudy('reports/index.md')).toContain(
    'Generated from `results` and `tables` by `npx spatial-ensemble reports`',
  );
  expect(inStudy('reports/index.html')).not.toMatch(/experiments\/|npx nx|npm run/);
}, 120_000);

test('what is installed computes the bits that the sources do', async () => {
  const short = ['--arm', 'sts', '--set', 'steps=40', '--set', 'network.width=4'];
  const [sources, outside] = ['sources', 'outside'].map((name) => join(parent, name)) as [string, string];
  execFileSync(
    process.execPath,
    ['packages/command/bin/spatial-ensemble.js', 'run', 'packages/create/template/my.experiment.ts', ...short],
    { cwd: ROOT, env: { ...process.env, NODE_OPTIONS: '', SPATIAL_ENSEMBLE_RUNS: sources }, stdio: 'pipe' },
  );
  study.run('env', `SPATIAL_ENSEMBLE_RUNS=${outside}`, 'npx', 'spatial-ensemble', 'run', 'my', ...short);
  const resultsIn = async (folder: string): Promise<object[]> =>
    (await readResults(folder)).map(({ result }) => result);
  const expected = await resultsIn(sources);
  expect(expected).toHaveLength(1);
  expect(await resultsIn(outside)).toEqual(expected);
}, 300_000);

test('two processes train one run there', async () => {
  const together = join(parent, 'together');
  const options = ['--arm', 'sts', '--set', 'steps=40', '--devices', '2'];
  study.run('env', `SPATIAL_ENSEMBLE_RUNS=${together}`, 'npx', 'spatial-ensemble', 'run', 'my', ...options);
  const results = await readResults(together);
  expect(results.map(({ result }) => result.run.arithmetic.workers)).toEqual([2]);
}, 300_000);

describe('the example of each README runs', () => {
  const examples = publishedPackages(ROOT).flatMap(({ name, directory }) =>
    examplesOf(readFileSync(join(directory, 'README.md'), 'utf8')).map((code, i) => ({ name, i, code })),
  );
  // Those of `command` and `report` show an experiment, and results, of this repository.
  const bare = examples.filter(({ code }) => !/from '\.\/|'\.\.\//.test(code));

  test('of every package that has a use without the program', () => {
    expect(bare.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['augment', 'datasets', 'engine', 'files', 'nn', 'random', 'smoothing', 'teacher']),
    );
  });

  test.each(bare)(
    '$name, $i',
    ({ name, i, code }) => {
      const needsBackend = code.includes('@tensorflow/tfjs-core') && !code.includes('useTensorFlow');
      const start = "import { useTensorFlow } from '@spatial-ensemble/engine';\nawait useTensorFlow();\n";
      const [first, example] = [`start-${name}-${i}.ts`, `example-${name}-${i}.ts`];
      writeFileSync(join(study.folder, example), code);
      writeFileSync(join(study.folder, first), `${needsBackend ? start : ''}await import('./${example}');\n`);
      expect(() => study.run(process.execPath, '--import', 'tsx', first)).not.toThrow();
    },
    120_000,
  );
});
