import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clothes } from '../../training/test/clothes.ts';
import { nearestCentroid } from '../../training/test/linear-probe.ts';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import { defineExperiment, resolveRuns } from '@spatial-ensemble/study';
import type { Measurement } from '@spatial-ensemble/training';
import { z } from 'zod';
import { availableMemory, checkpointBytesIn, freeDisk } from '../src/available.ts';
import { cannotFit, diskNeed, memoryNeed, needLine, type NeedyMachine, type NeedyRun } from '../src/need.ts';
import { lookedBytes } from '../src/check-need.ts';
import { dryRun } from '../src/dry-run.ts';
import type { Experiment } from '../src/experiment.ts';
import type { Asked } from '../src/job.ts';
import type { Machine } from '../src/machine.ts';
import { runExperiment } from '../src/run-experiment.ts';
import type { Session } from '../src/session.ts';
import { CPU, quietly } from './quietly.ts';
import { SMALL } from './studies.ts';
import { checkThreads, defaultWorkers } from '../src/threads.ts';

const COUNT = {
  flops: 0,
  signatures: new Map<string, number>(),
  stateBytes: 1e9,
  peakBytes: 5e9,
  batchBytes: 1e8,
  cachedWidth: undefined,
};
const RUN: NeedyRun = {
  arm: 'sts',
  evaluation: undefined,
  count: COUNT,
  steps: 100,
  cachedImages: 0,
  measuredBytes: 0,
};
const MACHINE: NeedyMachine = { device: 'cpu', workers: 2, precision: 'float32', xla: false, processBytes: 3e8 };
const ROOMY = { memory: 64e9, gpu: undefined, disk: 1e12 };
const REMEDIES = { batchKey: 'batch.labelled', accumulates: true, runs: '/runs' };

describe('memory', () => {
  test.each<[string, Partial<NeedyRun>, Partial<NeedyMachine>, number]>([
    ['the process, a step, four batches, two threads', {}, {}, 3e8 + 5e9 + 4e8 + 16e6],
    ['without threads there is one batch', {}, { workers: 0 }, 3e8 + 5e9 + 1e8],
    ['no more batches than steps', { steps: 2 }, {}, 3e8 + 5e9 + 2e8 + 16e6],
    ['in bfloat16 what lies between has half the bytes', {}, { precision: 'bfloat16' }, 3e8 + 1e9 + 2e9 + 4e8 + 16e6],
    ['of XLA only state and batch are sure', {}, { xla: true }, 3e8 + 1e9 + 1e8 + 4e8 + 16e6],
    [
      'features that are computed once: no images are loaded',
      { count: { ...COUNT, cachedWidth: 512 }, cachedImages: 1000 },
      {},
      3e8 + 5e9 + 4 * 512 * 1000,
    ],
    ['features that are measured come when the step is over', { measuredBytes: 7e9 }, {}, 3e8 + 1e9 + 7e9],
    ['those that are looked at meanwhile come beside it', { lookedBytes: 7e9 }, {}, 3e8 + 5e9 + 4e8 + 16e6 + 7e9],
    ['on a GPU the step is not the machine’s', {}, { device: 'gpu' }, 3e8 + 4e8 + 16e6],
  ])('%s', (_, run, machine, bytes) => {
    const need = memoryNeed({ ...RUN, ...run }, { ...MACHINE, ...machine });
    expect(need.host).toBe(bytes);
    expect(need.gpu).toBe(machine.device === 'gpu' ? 5e9 : 0);
  });

  test('is what is free and what the process holds, and no more than the machine has', () => {
    const available = availableMemory();
    expect(available).toBeGreaterThan(process.memoryUsage.rss());
    expect(available).toBeLessThanOrEqual(os.totalmem());
  });
});

test('features that a measurement looks at are those of the networks of its series, whatever asks for the look', () => {
  const Spec = z.strictObject({ bank: z.int(), often: z.int().optional() });
  const looking: Measurement<z.infer<typeof Spec>> = {
    ...nearestCentroid,
    schema: Spec,
    whileTraining: ({ often }) =>
      often === undefined
        ? undefined
        : {
            every: often,
            series: (['student', 'teacher', 'teacher', 'none'] as const).map((whose, i) => ({
              name: `looked-${i}`,
              title: 'looked',
              meaning: 'made up',
              whose,
              split: 'held-out',
              unit: '%',
              summed: 'last',
            })),
            look: () => Promise.resolve({}),
          },
  };
  const bytes = (measuring: z.infer<typeof Spec>): number => {
    const study = { ...SMALL, name: 'looking', title: 'Looking', measurements: { centroid: measuring } };
    const parts = { dataSets: [clothes], measurements: { centroid: looking } };
    const experiment: Experiment = defineExperiment(softmaxRegression, study as never, parts);
    const split = { labelled: Int32Array.of(0), unlabelled: Int32Array.of(0) } as never;
    return lookedBytes(resolveRuns(experiment)[0]!, { split }, experiment.measurements);
  };
  // Two networks; softmax regression has ten features, its logits.
  expect(bytes({ bank: 200, often: 5 })).toBe(2 * 4 * 10 * 200);
  expect(bytes({ bank: 200 })).toBe(0);
});

describe('the disk', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'need-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('every run keeps a checkpoint and the files beside it, and one checkpoint is there twice', () => {
    const small = { count: { ...COUNT, stateBytes: 1e6 } };
    expect(diskNeed([{ count: COUNT }, small, small], 0)).toBe(1e9 + 2e6 + 3 * 20_000 + 1e9);
  });

  test('those that are kept on request are there as well', () => {
    expect(diskNeed([{ count: COUNT, kept: 4 }], 0)).toBe(5e9 + 20_000 + 1e9);
  });

  test('checkpoints that are there already may be those of finished runs', () => {
    expect(diskNeed([{ count: COUNT }, { count: COUNT }], 1e9)).toBe(1e9 + 2 * 20_000 + 1e9);
    expect(diskNeed([{ count: COUNT }], 9e9)).toBe(1e9);
  });

  test('is looked at where the runs will lie, and checkpoints are found at any depth', async () => {
    // Others write to the same disk meanwhile.
    const [there, here] = [await freeDisk(join(folder, 'not', 'there')), await freeDisk(folder)];
    expect(Math.abs(there - here)).toBeLessThan(0.05 * here);
    expect(await checkpointBytesIn(join(folder, 'not', 'there'))).toBe(0);
    await mkdir(join(folder, 'small', 'a', 'checkpoint'), { recursive: true });
    writeFileSync(join(folder, 'small', 'a', 'checkpoint', 'step-1.safetensors'), Buffer.alloc(100));
    writeFileSync(join(folder, 'small', 'a', 'metrics.jsonl'), Buffer.alloc(50));
    expect(await checkpointBytesIn(folder)).toBe(100);
  });
});

describe('what is said', () => {
  const need = memoryNeed(RUN, MACHINE);

  test('need and what there is, in one line', () => {
    expect(needLine(need, 2e9, ROOMY)).toBe(
      'Memory at least 5.7 GB (of 64.0 GB available), disk 2.0 GB (of 1000.0 GB free).',
    );
    const gpu = memoryNeed(RUN, { ...MACHINE, device: 'gpu' });
    expect(needLine(gpu, 2e9, { ...ROOMY, gpu: 80e9 })).toContain(', on the GPU at least 5.0 GB (of 80.0 GB), disk');
    expect(needLine(gpu, 2e9, ROOMY)).toContain('(how much there is is not known)');
  });

  test('nothing where it may fit; a GPU that does not tell is not refused', () => {
    expect(cannotFit(need, 2e9, ROOMY, REMEDIES)).toBeUndefined();
    expect(cannotFit(need, 2e9, { ...ROOMY, memory: need.host }, REMEDIES)).toBeUndefined();
    expect(cannotFit(memoryNeed(RUN, { ...MACHINE, device: 'gpu' }), 0, ROOMY, REMEDIES)).toBeUndefined();
  });

  test('need, what there is, what to change, and --force where it cannot', () => {
    expect(cannotFit(need, 2e9, { ...ROOMY, memory: 4e9 }, REMEDIES)).toBe(
      'This cannot fit: arm sts needs at least 5.7 GB of memory (the process 300 MB, a step 5.0 GB, batches being loaded 400 MB, 2 loading threads 16 MB), and 4.0 GB are available. ' +
        'Take a smaller batch (--set batch.labelled=…), fewer images at once (--micro-batch …), fewer --workers. --force starts it all the same. Nothing was run or written.',
    );
    const linear = memoryNeed({ ...RUN, evaluation: 'linear' }, MACHINE);
    expect(
      cannotFit(linear, 0, { ...ROOMY, memory: 1 }, { ...REMEDIES, batchKey: 'batch', accumulates: false }),
    ).toMatch(
      /arm sts, linear, needs .* Take a smaller batch \(--set evaluations\.linear\.batch=…\), fewer --workers\./,
    );
    const gpu = memoryNeed(RUN, { ...MACHINE, device: 'gpu' });
    expect(cannotFit(gpu, 0, { ...ROOMY, gpu: 4e9 }, REMEDIES)).toMatch(
      /at least 5\.0 GB of the GPU's memory, which has 4\.0 GB\. Take a smaller batch/,
    );
    expect(cannotFit(need, 2e9, { ...ROOMY, disk: 1e9 }, REMEDIES)).toMatch(
      /at least 2\.0 GB in \/runs, where 1\.0 GB are free.*SPATIAL_ENSEMBLE_RUNS/,
    );
  });
});

describe('threads', () => {
  test.each<[{ threads?: number; workers?: number }, number]>([
    [{}, 2],
    [{ threads: 128, workers: 128 }, 2],
    [{ workers: 256 }, 64],
  ])('%o on %i cores are let pass', (threads, cores) => {
    expect(() => checkThreads(threads, cores)).not.toThrow();
  });

  test.each<[{ threads?: number; workers?: number }, number, string]>([
    [{ workers: 1000 }, 2, '--workers 1000: 2 cores do no more work with more than 128 threads'],
    [{ threads: 1000 }, 1, '--threads 1000: 1 core does no more work with more than 128 threads'],
    [{ workers: 257 }, 64, '--workers 257: 64 cores do no more work with more than 256 threads'],
  ])('%o on %i cores are refused', (threads, cores, message) => {
    expect(() => checkThreads(threads, cores)).toThrow(message);
  });

  test('what is taken unasked is never refused', () => {
    for (const cores of [1, 2, 16, 256])
      expect(() => checkThreads({ workers: defaultWorkers(cores) }, cores)).not.toThrow();
  });
});

describe('a command', () => {
  let folder: string;
  let said: string[];
  beforeAll(async () => {
    await useTensorFlow();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'need-'));
    said = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const experiment = defineExperiment(
    softmaxRegression,
    {
      name: 'needy',
      title: 'Needy',
      ...SMALL,
      spec: { ...SMALL.spec, steps: 1 },
      arms: { only: { title: 'only' } },
    },
    { dataSets: [clothes] },
  );
  // Softmax regression takes next to nothing of an image but its 784 pixels, here as int32 and as float32.
  const HUGE = Math.ceil(availableMemory() / 784);

  function asked(overrides: readonly string[], machine: Partial<Machine> = {}, session: Partial<Session> = {}): Asked {
    return {
      experiment,
      selection: { overrides },
      machine: { ...CPU, ...machine },
      session: { ...quietly(join(folder, 'runs'), said), ...session },
    };
  }

  test('of a batch that no memory holds is refused at once, without its memory, and writes nothing', async () => {
    const before = process.memoryUsage.rss();
    await expect(runExperiment(asked([`batch=${HUGE}`]))).rejects.toThrow(
      /^This cannot fit: arm only needs at least \d+\.\d GB of memory .* are available\. Take a smaller batch \(--set batch=…\).*--force.*Nothing was run or written\.$/,
    );
    expect(process.memoryUsage.rss() - before).toBeLessThan(300e6);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  test('the same in a dry run', async () => {
    await dryRun(asked([`batch=${HUGE}`]));
    const need = said.findIndex((line) => /^Memory at least \d+\.\d GB/.test(line));
    expect(said[need + 1]).toMatch(/^This cannot fit: /);
  });

  test('with more threads than are of use is refused, too', async () => {
    await expect(runExperiment(asked([], { workers: 1000 }))).rejects.toThrow('--workers 1000');
    await expect(dryRun(asked([], { threads: 1000 }))).rejects.toThrow('--threads 1000');
  });

  test('that fits says its need and runs', async () => {
    const { plan } = await runExperiment(asked([]));
    expect(plan.study.name).toBe('needy');
    expect(said.find((line) => line.startsWith('Memory at least '))).toMatch(/available\), disk \d+ kB \(of/);
    expect(existsSync(join(folder, 'runs', 'needy', 'study.json'))).toBe(true);
  });

  test('under --force goes on, whatever it needs', async () => {
    // Interrupted before the first step: the batch is not made.
    const interrupt: Session['interrupt'] = { ...quietly(folder).interrupt, requested: () => true };
    const { plan } = await runExperiment(asked([`batch=${HUGE}`], {}, { force: true, interrupt }));
    expect(plan.study.name).toBe('needy');
    await dryRun(asked([], { workers: 1000 }, { force: true }));
  });
});
