import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { smallDisk, type SmallDisk } from '../../../tools/vitest/small-disk.ts';
import { clothes } from '../../training/test/clothes.ts';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import { defineExperiment } from '@spatial-ensemble/study';
import { failuresText } from '../src/failures.ts';
import { type ExperimentOutcome, runExperiment } from '../src/run-experiment.ts';
import { CPU, quietly } from './quietly.ts';
import { runFolders, runResults } from './stored-runs.ts';
import { LINEAR, PARTS, SMALL, UNTRAINED } from './studies.ts';

const EXPERIMENT = defineExperiment(
  softmaxRegression,
  {
    name: 'failing',
    title: 'Failing',
    ...SMALL,
    data: { ...SMALL.data, labelled: 100, heldOut: 20 },
    spec: { ...SMALL.spec, steps: 12 },
    arms: {
      wild: { title: 'wild', patch: { spec: { learningRate: 3e38 } } },
      slow: { title: 'slow' },
      // Finite to its end, and too large for what is trained on it.
      large: { title: 'large', patch: { spec: { learningRate: 1e30 } } },
      fast: { title: 'fast', patch: { spec: { momentum: 0.5 } } },
    },
    evaluations: {
      linear: { ...LINEAR, spec: { ...LINEAR.spec, steps: 5 } },
      untrained: { ...UNTRAINED, spec: { ...LINEAR.spec, steps: 5 } },
    },
  } as never,
  { dataSets: [clothes], evaluations: PARTS.evaluations },
);

beforeAll(async () => {
  await useTensorFlow();
});

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failing-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(
  arms: readonly string[],
  overrides: readonly string[] = [],
  { runs = folder, force = false } = {},
): Promise<ExperimentOutcome> {
  return runExperiment({
    experiment: EXPERIMENT,
    selection: { arms, overrides },
    machine: CPU,
    session: { ...quietly(runs, said), force },
  });
}

function finished(): string[] {
  return [...runResults(folder, 'failing').keys()].map((name) => name.replace(/-seed1$/, '')).toSorted();
}

test('an arm that diverges is named with its step and reason; the others run to their ends', async () => {
  const { failures, all } = await run(['wild', 'slow']);
  expect(finished()).toEqual(['slow', 'slow-linear', 'slow-untrained']);
  const text = failuresText(failures, all).split('\n');
  expect(text).toHaveLength(3);
  expect(text[0]).toBe('1 of 6 runs failed; what the others came to is in the report.');
  expect(text[1]).toMatch(
    /^- \[1\/6\] wild, seed 1: \w+ is (NaN|Infinity) after step \d+: training diverged\. Lower the learning rate\.$/,
  );
  expect(said.filter((line) => line.includes('wild, seed 1 failed: '))).toHaveLength(1);
  // Nothing of a failed run is left in memory.
  const { numTensors } = tf.memory();
  await run(['wild']);
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('an evaluation that fails leaves its run and the other evaluation alone', async () => {
  const { failures, all } = await run(['large']);
  expect(failures.map(({ title }) => title)).toEqual(['[2/3] large, seed 1, linear']);
  expect(failuresText(failures, all)).toContain('training diverged');
  expect(finished()).toEqual(['large', 'large-untrained']);
});

test('a run whose files are damaged is named, with how it alone is begun anew', async () => {
  await run(['slow']);
  const file = join(runFolders(folder, 'failing').get('slow-seed1')!, 'result.json');
  truncateSync(file, 20);
  const { failures } = await run(['slow']);
  expect(failures).toHaveLength(1);
  expect(failures[0]!.error.message).toMatch(/result\.json is damaged: .*JSON/);
  expect(failures[0]!.error.message.split('\n').at(-1)).toBe(
    'To begin this run anew, and no other: the same command with --arm slow --seed 1 --fresh.',
  );
});

const DISK = 60_000;
const probe = smallDisk(DISK);
if (typeof probe !== 'string') probe.remove();

test.skipIf(typeof probe === 'string')(
  `a full disk ends the command, since it meets every run${typeof probe === 'string' ? ` (${probe})` : ''}`,
  async () => {
    const disk = smallDisk(DISK) as SmallDisk;
    try {
      // Two networks of 7,850 numbers take 62.8 kB.
      const runs = join(disk.folder, 'runs');
      await expect(run(['slow', 'fast'], [], { runs, force: true })).rejects.toThrow(
        /\[1\/6\] slow, seed 1: .*step-\d+\/state\.safetensors \(63\.\d kB\) could not be written: the disk is full \(ENOSPC\), [\d.]+ (kB|bytes) are free\. Free some space there, and try again\.\nOnce that is put right, the same command goes on/,
      );
      expect(said.some((line) => line.includes('fast, seed 1'))).toBe(false);
    } finally {
      disk.remove();
    }
  },
);
