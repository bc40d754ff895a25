import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../..');

interface Job {
  readonly env: { readonly [name: string]: string };
  readonly steps: readonly {
    readonly name?: string;
    readonly id?: string;
    readonly if?: string;
    readonly run?: string;
  }[];
}

let folder: string;
let clone: string;
const git = (...args: string[]): string => execFileSync('git', args, { cwd: clone, encoding: 'utf8' });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpu-workflow-'));
  clone = join(folder, 'clone');
  execFileSync('git', ['clone', '--quiet', ROOT, clone]);
  // As if it had not been accepted yet.
  const { runs } = JSON.parse(readFileSync(join(clone, 'experiments/results/quickstart/study.json'), 'utf8')) as { runs: { arm: string; identities: string[] }[] }; // prettier-ignore
  const accepted = runs
    .filter(({ arm }) => arm === 'supervised')
    .flatMap(({ identities }) => identities.map((identity) => `experiments/results/fixmatch/${identity.slice(0, 12)}`))
    .filter((path) => existsSync(join(clone, path)));
  git('rm', '-r', '--quiet', ...accepted);
  git('-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '--quiet', '--message', 'without');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(
  'the steps of a GPU’s runner, with the processor in its place: a cell is trained, accepted and proposed',
  { timeout: 3_600_000 },
  () => {
    const { jobs } = parse(readFileSync(join(clone, '.github/workflows/gpu.yml'), 'utf8')) as {
      jobs: { cell: Job; propose: Job };
    };
    const output = join(folder, 'output');
    writeFileSync(output, '');
    const store = join(folder, 'runs');
    mkdirSync(store);
    const asked = {
      DEVICE: '',
      STUDY: 'quickstart',
      TIER: 'small',
      VARIANT: '',
      ARM: 'supervised',
      SEED: '1',
      MINUTES: '30',
    };
    const own = { SPATIAL_ENSEMBLE_RUNS: store, GITHUB_OUTPUT: output, RUNNER_TEMP: folder };
    const literal = Object.entries(jobs.cell.env).filter(([, value]) => !value.includes('${{'));
    // By night this test's own environment asks for the long ones of all tests; the workflow asks for none.
    const { NIGHTLY: _, ...outside } = process.env;
    const env = { ...outside, ...Object.fromEntries(literal), ...asked, ...own, CI: 'true' };
    for (const { name, run, if: condition } of jobs.cell.steps) {
      if (run === undefined) continue;
      expect(run, name).not.toContain('${{');
      if (condition !== undefined) expect(readFileSync(output, 'utf8')).toContain('state=complete');
      const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', run], { cwd: clone, env, encoding: 'utf8', maxBuffer: 1 << 28 }); // prettier-ignore
      expect(status, `${name}\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`).toBe(0);
    }
    expect(readFileSync(output, 'utf8')).toContain('changed=true');
    git('reset', '--hard', '--quiet', 'HEAD');
    git('clean', '-fdq');
    const commit = jobs.propose.steps.find(({ name }) => name === 'Commit');
    execFileSync('bash', ['-e', '-c', commit!.run!], { cwd: clone, env: { ...env, TITLE: 'chore: a cell' } });
    expect(git('show', '--name-only', 'HEAD')).toMatch(/experiments\/results\/fixmatch\/[0-9a-f]{12}\/result\.json/);
    expect(git('status', '--porcelain')).toBe('');
  },
);
