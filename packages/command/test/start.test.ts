import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kept } from '../bin/kept.js';
import { ROOT } from '../src/program/surroundings.ts';

const START = 'packages/command/bin/spatial-ensemble.js';
const PROGRAMS = join(import.meta.dirname, 'programs');
const TINY = join(PROGRAMS, 'tiny.experiment.ts');

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'start-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program as users start it: what it said, its exit code, and the modules that it loaded. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const loaded = join(folder, 'loaded');
  writeFileSync(loaded, '');
  const flags = ['--import', pathToFileURL(join(PROGRAMS, 'loaded.mjs')).href];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, START, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, SPATIAL_ENSEMBLE_RUNS: join(folder, 'runs'), LOADED: loaded, ...env },
  });
  return { status, said: stdout + stderr, modules: readFileSync(loaded, 'utf8').split('\n') };
}

const ofPackage = (modules: readonly string[], name: string): readonly string[] =>
  modules.filter((module) => module.includes(`/node_modules/${name}`));

test('a command loads what it needs: neither figures nor TensorFlow for a list, and few modules', () => {
  const list = start(['list']);
  expect(list.said).toContain('no runs in');
  expect(list.status).toBe(0);
  expect(ofPackage(list.modules, 'vega')).toEqual([]);
  expect(ofPackage(list.modules, '@tensorflow/')).toEqual([]);
  expect(list.modules.length).toBeLessThan(120);

  const dry = start(['run', TINY, '--dry-run']);
  expect(dry.said).toMatch(/Traced: .* FLOP a step/);
  expect(dry.status).toBe(0);
  expect(ofPackage(dry.modules, 'vega')).toEqual([]);
  expect(ofPackage(dry.modules, '@tensorflow/tfjs-core')).not.toEqual([]);
});

test('a stack names the file and the line of the source', () => {
  const { said, status } = start(['run', 'absent.experiment.ts'], { SPATIAL_ENSEMBLE_STACK: '1' });
  const source = 'packages/command/src/program/surroundings.ts';
  const lines = readFileSync(join(ROOT, source), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes('there is no experiment file')) + 1;
  expect(said).toContain(`${join(ROOT, source)}:${line}:`);
  expect(status).toBe(1);
});

test('an experiment that cannot be read is named with its line', () => {
  const file = join(folder, 'broken.experiment.ts');
  const words = join(folder, 'words');
  writeFileSync(file, 'export default 1;\nexport const half = ;\n');
  const { said, status } = start(['run', file], { SPATIAL_ENSEMBLE_LAST_WORDS: words });
  expect(said).toMatch(/broken\.experiment\.ts:2:20: ERROR: Unexpected ";"/);
  expect(readFileSync(words, 'utf8')).toContain('broken.experiment.ts:2:20');
  expect(status).toBe(1);
});

test('what was built is built again where a source or an output has changed, and not otherwise', async () => {
  const place = join(folder, 'kept');
  const [source, output] = [join(folder, 'source'), join(place, 'output')];
  let built = 0;
  const entry = (name = 'all') =>
    kept(place, name, async () => {
      built++;
      return { sources: [source], outputs: [{ path: output, contents: Buffer.from(`built ${built}`) }], entry: output };
    });
  writeFileSync(source, 'one');
  expect([await entry(), await entry()]).toEqual([output, output]);
  expect(built).toBe(1);
  writeFileSync(source, 'two');
  await entry();
  expect(readFileSync(output, 'utf8')).toBe('built 2');
  writeFileSync(output, 'cut');
  await entry();
  expect(readFileSync(output, 'utf8')).toBe('built 3');
  rmSync(output);
  await entry();
  await entry();
  expect(built).toBe(4);
  await entry('other');
  expect(built).toBe(5);
});
