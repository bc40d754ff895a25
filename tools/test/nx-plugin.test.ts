import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { tier } from '@spatial-ensemble/record';
import { refuseUnknownTier } from '../nx-plugin/asked-tier.js';
import { experimentTargets, TIERS } from '../nx-plugin/experiment-targets.js';

const ROOT = resolve(import.meta.dirname, '../..');
const NX = join(ROOT, 'node_modules/.bin/nx');

describe('targets', () => {
  const names = (...experiments: string[]): string[] =>
    Object.keys(experimentTargets(experiments.map((name) => `experiments/${name}.experiment.ts`)));

  test('are sorted, whatever the order of the files', () => {
    expect(names('b', 'a-2', 'a-1')).toEqual(names('a-1', 'a-2', 'b'));
    expect(names('b', 'a-2', 'a-1')).toEqual(['a', 'a-1', 'a-2', 'all', 'b']);
  });

  test('one member makes no group', () => {
    expect(names('fixmatch-cifar10', 'quickstart')).toEqual(['all', 'fixmatch-cifar10', 'quickstart']);
  });

  test.each([
    ['all', ['all']],
    ['fixmatch', ['fixmatch', 'fixmatch-cifar10', 'fixmatch-svhn']],
  ])('an experiment may not have the name of the group %s', (group, experiments) => {
    expect(() => names(...experiments)).toThrow(
      `experiments/${group}.experiment.ts: ${group} is also the name of a group of experiments. Rename the file.`,
    );
  });
});

describe('the tier of a command', () => {
  test('is one of those that records have', () => {
    expect(TIERS).toEqual(tier.options);
  });

  test.each([
    'run experiments:quickstart:smol',
    'experiments:quickstart:smol --arm tma',
    'run experiments:quickstart -c smol',
    'run-many -t fixmatch-svhn quickstart --configuration=smol',
    'run-many --targets=fixmatch --configuration smol',
    'quickstart experiments -c=smol',
    'affected -t all -csmol',
  ])('is refused where it is none: nx %s', (command) => {
    expect(() => refuseUnknownTier(command.split(' '))).toThrow(
      "there is no tier 'smol'. Did you mean 'small'? Valid here: paper, gpu, small, smoke. Nothing was run.",
    );
  });

  test.each([
    'run experiments:quickstart',
    'run experiments:quickstart:small --set data.name=experiments:x:y',
    'run-many -t quickstart -c smoke',
    'run reports:all',
    'run experiments:quickstart -- -c smol',
  ])('is taken: nx %s', (command) => {
    expect(() => refuseUnknownTier(command.split(' '))).not.toThrow();
  });
});

/** A workspace with the repository's own nx.json and plugin, and a command line that prints what it is given. */
describe('the real nx', () => {
  /** As the real one, it also leaves why it failed to Nx' plugin. */
  const CLI = `
import { appendFileSync } from 'node:fs';
console.log('cli ' + JSON.stringify(process.argv.slice(2)));
appendFileSync('order', '(');
setTimeout(() => appendFileSync('order', ')'), 500);
if (process.argv.includes('absent')) {
  appendFileSync(process.env['SPATIAL_ENSEMBLE_LAST_WORDS'], "there is no arm 'absent'.\\n");
  process.exitCode = 1;
}
`;
  let workspace: string;

  beforeAll(() => {
    workspace = mkdtempSync(join(tmpdir(), 'nx-plugin-'));
    symlinkSync(join(ROOT, 'node_modules'), join(workspace, 'node_modules'));
    mkdirSync(join(workspace, 'tools'));
    for (const path of ['nx.json', 'tools/package.json', 'tools/nx-plugin']) {
      cpSync(join(ROOT, path), join(workspace, path), { recursive: true });
    }
    const write = (path: string, text: string): void => {
      mkdirSync(join(workspace, path, '..'), { recursive: true });
      writeFileSync(join(workspace, path), text);
    };
    write('package.json', JSON.stringify({ name: 'workspace', private: true, workspaces: ['experiments'] }));
    write('experiments/package.json', readFileSync(join(ROOT, 'experiments/package.json'), 'utf8'));
    for (const name of ['quickstart', 'fixmatch-svhn', 'fixmatch-cifar10']) {
      write(`experiments/${name}.experiment.ts`, `throw new Error('The plugin imported an experiment.');\n`);
    }
    write('packages/command/bin/spatial-ensemble.js', CLI);
  });

  afterAll(() => rmSync(workspace, { recursive: true, force: true }));

  // Nx gives each plugin a process of its own, unless it is told not to: the last test does as users do.
  const IN_ONE_PROCESS = { NX_ISOLATE_PLUGINS: 'false' };

  function start(args: readonly string[], env: NodeJS.ProcessEnv = IN_ONE_PROCESS): SpawnSyncReturns<string> {
    return spawnSync(NX, args, {
      cwd: workspace,
      env: { ...process.env, NX_DAEMON: undefined, NX_TUI: undefined, ...env },
      encoding: 'utf8',
    });
  }

  /** Standard output. */
  function nx(args: readonly string[], env?: NodeJS.ProcessEnv): string {
    const { status, stdout, stderr } = start(args, env);
    expect(status, stdout + stderr).toBe(0);
    return stdout;
  }

  test.each([
    ['run', 'experiments:quickstart:smol'],
    ['run-many', '-t', 'quickstart', 'fixmatch', '-c', 'smol'],
  ])('runs nothing where the tier is misspelt: %s %s', (...args) => {
    const { status, stdout, stderr } = start(args);
    expect(stdout + stderr).toContain("there is no tier 'smol'. Did you mean 'small'?");
    expect(stdout).not.toContain('cli ');
    expect(status).toBe(1);
  });

  test('why an experiment failed stands last, below what Nx says itself', () => {
    const command = `"$0" run experiments:quickstart:smoke --arm absent 2>&1`;
    const { status, stdout } = spawnSync('sh', ['-c', command, NX], {
      cwd: workspace,
      env: { ...process.env, ...IN_ONE_PROCESS },
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/Failed tasks:.*Run duration:.*\n\nthere is no arm 'absent'\.\n$/s);
    expect(status).toBe(1);
  });

  test('infers the project', () => {
    const { name, targets } = JSON.parse(nx(['show', 'project', 'experiments', '--json'])) as Record<string, unknown>;
    expect({ name, targets }).toMatchSnapshot();
  });

  test('hands the tier and the arguments to each member of a group', () => {
    const given = ['--set', 'steps=3', '--set', 'a.b=[1,2]', '--set=title=two words', '--arm', 'sts', '--arm', 'none'];
    const flags = ['--seed', '2', '--fresh', '--gpu'];
    rmSync(join(workspace, 'order'), { force: true });
    const printed = nx(['run', 'experiments:fixmatch:smoke', ...given, ...flags], {});
    const commands = [...printed.matchAll(/^cli (.*)$/gm)].map(([, json]) => JSON.parse(json ?? '') as string[]);
    expect(commands.toSorted()).toEqual(
      ['cifar10', 'svhn'].map((name) =>
        ['run', `experiments/fixmatch-${name}.experiment.ts`, '--tier', 'smoke'].concat(given, flags),
      ),
    );
    // Each takes all cores: one after the other.
    expect(readFileSync(join(workspace, 'order'), 'utf8')).toBe('()()');
  });
});
