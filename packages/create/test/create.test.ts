import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const HOME = join(import.meta.dirname, '..');
const TEMPLATE = join(HOME, 'template');
const { version, devDependencies } = manifest(HOME);

let parent: string;
beforeAll(() => (parent = mkdtempSync(join(tmpdir(), 'create-'))));
afterAll(() => rmSync(parent, { recursive: true }));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

const create = (...args: string[]) =>
  spawnSync(process.execPath, [join(HOME, 'bin/create.js'), ...args], { cwd: parent, encoding: 'utf8' });

test('the folder is the template, with this version of the packages and a name of its own', () => {
  const { stdout, stderr } = create('My study');
  expect(stderr).toBe('');
  expect(stdout).toContain('cd My study');
  const folder = join(parent, 'My study');
  const files = readdirSync(TEMPLATE).filter((name) => !['node_modules', 'runs'].includes(name));
  const renamed = (name: string): string => (name === 'gitignore' ? '.gitignore' : name);
  expect(readdirSync(folder).toSorted()).toEqual(files.map(renamed).toSorted());
  for (const name of files.filter((one) => one !== 'package.json'))
    expect(readFileSync(join(folder, renamed(name)))).toEqual(readFileSync(join(TEMPLATE, name)));

  const { name, dependencies } = manifest(folder);
  expect(name).toBe('my-study');
  for (const [dependency, range] of Object.entries(dependencies))
    expect([dependency, range]).toEqual([
      dependency,
      dependency.startsWith('@spatial-ensemble/') ? version : devDependencies[dependency],
    ]);
});

test('what its files import is what it depends on', () => {
  const imported = readdirSync(TEMPLATE)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(join(TEMPLATE, name), 'utf8').matchAll(/ from '([^.'][^']*)'/g)])
    .map(([, name]) => name!);
  // The program is started, not imported.
  expect([...new Set([...imported, '@spatial-ensemble/command'])].toSorted()).toEqual(
    Object.keys(manifest(TEMPLATE).dependencies).toSorted(),
  );
});

test('a folder with something in it is left alone', () => {
  const { status, stderr } = create('My study');
  expect([status, stderr]).toEqual([1, expect.stringContaining('is not empty: name a folder that is not there yet')]);
});

test.each([[[]], [['--fast']], [['one', 'two']]])('%j says how it is used', (args) => {
  const { status, stderr } = create(...args);
  expect([status, stderr]).toEqual([1, expect.stringContaining('npm create @spatial-ensemble FOLDER')]);
});
