import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fashionMnist } from '@spatial-ensemble/datasets';
import { useTensorFlow } from '@spatial-ensemble/engine';
import type { RunInfo } from '@spatial-ensemble/record';
import { defineExperiment } from '@spatial-ensemble/study';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Regression, softmaxRegression } from '../../training/test/softmax-regression.ts';
import { runExperiment } from '../src/run-experiment.ts';
import type { Session } from '../src/session.ts';
import { CPU, quietly } from './quietly.ts';
import { runFolders } from './stored-runs.ts';
import { SMALL } from './studies.ts';

beforeAll(async () => void (await useTensorFlow()));

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs one arm of a study of 30 steps; left after so many. */
async function run(
  method: Regression,
  { stopAfter = Infinity, ...changes }: Partial<Session> & { stopAfter?: number } = {},
) {
  const experiment = defineExperiment(
    method,
    { ...SMALL, name: 'small', title: 'Small' },
    { dataSets: [fashionMnist] },
  );
  const quiet = quietly(folder, said);
  let steps = 0;
  const nothing = (): void => undefined;
  const displays = { ...quiet.displays, run: () => ({ update: () => void steps++, look: nothing, stop: nothing }) };
  const session = {
    ...quiet,
    ...changes,
    displays,
    interrupt: { ...quiet.interrupt, requested: () => steps >= stopAfter },
  };
  const { failures } = await runExperiment({ experiment, selection: { arms: ['slow'] }, machine: CPU, session });
  expect(failures).toEqual([]);
  return runFolders(folder, 'small').get('slow-seed1')!;
}

const infoIn = (at: string) => JSON.parse(readFileSync(join(at, 'run.json'), 'utf8')) as RunInfo;

test('checkpoints are kept on request, beside the last two, and change no result', async () => {
  const at = await run(softmaxRegression, { keepEvery: 10 });
  expect(readdirSync(join(at, 'checkpoint')).toSorted()).toEqual([
    'kept-000000010',
    'kept-000000020',
    'kept-000000030',
    'step-000000027',
  ]);
  const result = readFileSync(join(at, 'result.json'), 'utf8');
  rmSync(at, { recursive: true });
  await run(softmaxRegression);
  expect(readFileSync(join(at, 'result.json'), 'utf8')).toBe(result);
});

test('a method whose code was changed between two sittings is said, and stands in run.json', async () => {
  await run(softmaxRegression, { stopAfter: 7 });
  const at = await run(softmaxRegression, { stopAfter: 8 });
  const { code: [first] = [] } = infoIn(at);
  expect(infoIn(at).code).toEqual([{ since: 0, graph: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  expect(said.filter((line) => line.includes('the code of its step'))).toEqual([]);
  // The same name and version, and so the same run; its step is another one.
  const changed: Regression = {
    ...softmaxRegression,
    bind: (spec) => {
      const trainable = softmaxRegression.bind(spec);
      return {
        ...trainable,
        step: (state, batch, at) => {
          const [next, metrics] = trainable.step(state, batch, at);
          return [next, { ...metrics, loss: tf.mul(2, metrics['loss'] as tf.Tensor) }];
        },
      };
    },
  };
  await run(changed);
  expect(said).toContainEqual(
    expect.stringMatching(
      /^\[1\/1\] slow, seed 1: the code of its step has changed since step 15, and the run is of both now/,
    ),
  );
  const { code } = infoIn(at);
  expect(code).toEqual([first, { since: 15, graph: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  expect(code![1]!.graph).not.toBe(first!.graph);
});
