import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeFewSteps } from '../src/few-steps.ts';
import { runProgram } from '../src/program/program.ts';
import { tunedFile } from '../src/program/tuned-file.ts';
import { CPU, quietly } from './quietly.ts';
import { EVALUATED } from './studies.ts';

let folder: string;
let runs: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tune-test-'));
  runs = join(folder, 'runs');
});
afterAll(() => rmSync(folder, { recursive: true }));

// Without a GPU XLA tunes nothing: the steps that it would compile there are taken as they are.
test('the first steps of each arm and its evaluations are taken, once whatever the seeds, and nothing is kept', async () => {
  const said: string[] = [];
  await takeFewSteps({
    experiment: EVALUATED,
    selection: { seeds: [1, 2] },
    machine: CPU,
    session: quietly(runs, said),
  });
  expect(said.filter((line) => /: \d+ of \d+ steps$/.test(line))).toEqual(
    ['slow', 'fast'].flatMap((arm) => [
      `${arm}, seed 1: 2 of 30 steps`,
      `${arm}, seed 1, linear: 2 of 25 steps`,
      `${arm}, seed 1, untrained: 2 of 25 steps`,
    ]),
  );
  expect(existsSync(runs)).toBe(false);
});

test('a file that is there is neither tuned anew nor touched', async () => {
  const out = join(folder, 'there');
  writeFileSync(out, 'chosen');
  const said: string[] = [];
  const tune = ['tune', 'quickstart', '--tier', 'smoke', '--out', out];
  expect(await runProgram(tune, { runs, log: (line) => void said.push(line) })).toBe(1);
  expect(said.join('\n')).toBe(
    `${out} is there already: name another file, or take its choices with run --xla-tuned ${out}`,
  );
  expect(readFileSync(out, 'utf8')).toBe('chosen');
});

test('what is made again takes the file by which it was made, and no other', () => {
  const file = join(folder, 'version');
  writeFileSync(file, 'version: 3\n');
  // printf 'version: 3\n' | sha256sum
  const hash = '7b02700a93eb8af7192724bd1b5ff49fd340f0ef81cfee1fb0d8cdc1467fea8c';
  expect(tunedFile(hash, file)).toBe(file);
  expect(tunedFile(undefined, undefined)).toBeUndefined();
  expect(() => tunedFile(hash, undefined)).toThrow(`a file whose SHA-256 is ${hash}: name it with --xla-tuned FILE`);
  expect(() => tunedFile('0'.repeat(64), file)).toThrow(`and that of ${file} is ${hash}`);
  expect(() => tunedFile(undefined, file)).toThrow(`leave out --xla-tuned ${file}`);
});
