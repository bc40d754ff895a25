import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fashionMnist } from '@spatial-ensemble/datasets';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { defineExperiment, type Selection } from '@spatial-ensemble/study';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import { runExperiment } from '../src/run-experiment.ts';
import type { Session } from '../src/session.ts';
import { CPU, quietly } from './quietly.ts';
import { runFolders } from './stored-runs.ts';
import { SMALL } from './studies.ts';

const STUDY = { ...SMALL, name: 'small', title: 'Small', spec: { ...SMALL.spec, steps: 2 } };
const EXPERIMENT = defineExperiment(softmaxRegression, STUDY, { dataSets: [fashionMnist] });

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fresh-'));
  await useTensorFlow();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (selection: Selection, session: Partial<Session> = {}) =>
  runExperiment({ experiment: EXPERIMENT, selection, machine: CPU, session: { ...quietly(folder), ...session } });
const begunAt = (arm: string) =>
  (JSON.parse(readFileSync(join(runFolders(folder, 'small').get(`${arm}-seed1`)!, 'run.json'), 'utf8')) as { startedAt: string }).startedAt; // prettier-ignore

test('--fresh runs again what is there where it is named, or asked for', async () => {
  // Nothing is there yet.
  await run({}, { fresh: true });
  const before = ['slow', 'fast'].map(begunAt);
  await expect(run({}, { fresh: true })).rejects.toThrow(
    '--fresh would run 2 runs again from the start (slow, seed 1, and 1 more). Name what is to be begun anew: --arm NAME, --seed N. Nothing was run.',
  );
  const asked: string[] = [];
  const answers = (answer: boolean) => async (question: string) => (asked.push(question), answer);
  await expect(run({}, { fresh: true, ask: answers(false) })).rejects.toThrow('was not told to. Nothing was run.');
  expect(['slow', 'fast'].map(begunAt)).toEqual(before);
  expect(asked).toEqual(['--fresh would run 2 runs again from the start (slow, seed 1, and 1 more). Go on?']);

  await run({ arms: ['slow'] }, { fresh: true });
  expect(begunAt('slow')).not.toBe(before[0]);
  expect(begunAt('fast')).toBe(before[1]);
  await run({}, { fresh: true, ask: answers(true) });
  expect(begunAt('fast')).not.toBe(before[1]);
  // One that is not finished, and was saved, is asked for too.
  rmSync(join(runFolders(folder, 'small').get('slow-seed1')!, 'result.json'));
  rmSync(runFolders(folder, 'small').get('fast-seed1')!, { recursive: true });
  await expect(run({}, { fresh: true })).rejects.toThrow(
    '--fresh would run 1 run again from the start (slow, seed 1).',
  );
  // Runs of seconds are no loss.
  await run({ tier: 'smoke' });
  await run({ tier: 'smoke' }, { fresh: true });
});
