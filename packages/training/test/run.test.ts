import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { RunSpec } from '@spatial-ensemble/record';
import { INTERRUPTED, watchInterrupt } from '../src/command/interrupt.ts';
import { showCounts, showProgress } from '../src/command/progress.ts';
import { cadenceOf } from '../src/run/cadence.ts';
import { claimRun } from '../src/run/claim.ts';
import type { LoopOutcome } from '../src/run/loop.ts';
import type { MetricsLine } from '../src/run/metrics-file.ts';
import { scoresOf } from '../src/run/scores.ts';
import { resultOf } from '../src/run/result.ts';
import { addTo, EMPTY_WINDOW, means, type Metered } from '../src/run/window.ts';
import { softmaxRegression } from './softmax-regression.ts';

const SPEC = { steps: 100, batch: 8, learningRate: 0.1, momentum: 0.9 };

describe('cadence', () => {
  const points = (steps: number, times: number): number[] =>
    Array.from({ length: steps }, (_, i) => i + 1).filter((done) => cadenceOf(steps).isTestPoint(done, times));

  test('the test set is evaluated after the last step, or at the last 20 of 1,024 checkpoints', () => {
    expect(points(700, 1)).toEqual([700]);
    expect(points(2 ** 14, 20)).toEqual(Array.from({ length: 20 }, (_, i) => 2 ** 14 - 16 * (19 - i)));
    expect(points(30, 20)).toEqual(Array.from({ length: 20 }, (_, i) => 11 + i));
    expect(points(6, 20)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('a short run writes after every step', () => {
    expect(cadenceOf(6)).toMatchObject({ metrics: 1, curve: 1, checkpoint: 1 });
    expect(cadenceOf(1000)).toMatchObject({ metrics: 5, curve: 25, checkpoint: 100 });
  });
});

test('a window gives means, and nothing before its first step', () => {
  const ofStep = (a: number, b: number): Metered[] => [
    { name: 'a', sum: a },
    { name: 'b', sum: b },
  ];
  expect(means(addTo(addTo(EMPTY_WINDOW, ofStep(1, 10)), ofStep(3, 30)))).toEqual({ a: 2, b: 20 });
  expect(means(EMPTY_WINDOW)).toEqual({});
});

test('a share over several steps is one of all that was counted; where nothing was, it has none', () => {
  const right = (sum: number, count: number): Metered[] => [{ name: 'right', sum, count }];
  const window = [right(3, 3), right(0, 0), right(1, 2)].reduce(addTo, EMPTY_WINDOW);
  expect(means(window)).toEqual({ right: 4 / 5 });
  expect(means([right(3, 3), right(0, 0)].reduce(addTo, EMPTY_WINDOW))).toEqual({ right: 1 });
  expect(means(addTo(EMPTY_WINDOW, right(0, 0)))).toEqual({});
});

describe('a result', () => {
  const RUN: RunSpec = {
    study: 'tiny',
    tier: 'small',
    arm: 'slow',
    method: { name: 'm', version: 1 },
    spec: {},
    seed: 1,
    data: { declared: {}, manifests: [] },
    arithmetic: {
      engine: 'tensorflow 2.21.0',
      precision: 'float32',
      device: 'cpu',
      instructionSet: 'avx2',
      threads: { intra: 2, inter: 2 },
      xla: false,
      deterministic: true,
    },
  };
  const tests = (values: readonly number[]) =>
    values.map((value, i) => ({
      kind: 'test' as const,
      step: 81 + i,
      teacherAccuracy: value,
      studentAccuracy: value - 1,
    }));
  const outcome = (lines: LoopOutcome['lines'], done = 100): LoopOutcome => ({
    done,
    steps: 100,
    lines,
    scores: scoresOf(softmaxRegression as never, SPEC),
    best: false,
    measures: [],
    weights: 'c'.repeat(64),
    stepMs: 1,
    waitShare: 0,
  });
  const measured = (result: ReturnType<typeof resultOf>) =>
    result.measures.map(({ network, rule, value }) => [network, rule, value]);

  test('last, and the median of the last 20', () => {
    const values = [...Array(10).fill(10), ...Array(9).fill(30), 70];
    expect(measured(resultOf(RUN, outcome(tests(values)), [], 500))).toEqual([
      ['teacher', 'last', 70],
      ['teacher', 'median-last-20', 20],
      ['student', 'last', 69],
      ['student', 'median-last-20', 19],
    ]);
    expect(measured(resultOf(RUN, outcome(tests([70])), [], 500))).toEqual([
      ['teacher', 'last', 70],
      ['student', 'last', 69],
    ]);
  });

  test('the best, by the first score, beside the last, for a recipe that reports it', () => {
    const values = [...Array(20).fill(10), 30, 20];
    const lines = tests(values).map((line, i) => ({ ...line, studentAccuracy: i }));
    expect(measured(resultOf(RUN, { ...outcome(lines), best: true }, [], 500))).toEqual([
      ['teacher', 'last', 20],
      ['teacher', 'best-on-test', 30],
      ['student', 'last', 21],
      ['student', 'best-on-test', 20],
    ]);
  });

  test('one that was cut short measures nothing on the test set', () => {
    const result = resultOf(RUN, outcome(tests([70]), 81), [], 500);
    expect(result).toMatchObject({ status: 'partial', steps: { done: 81, total: 100 }, measures: [] });
  });

  test('evidence is of the last tenth; lines count by their steps', () => {
    const train = (step: number, count: number, maskRate: number) => ({
      kind: 'train' as const,
      step,
      count,
      maskRate,
      preserveRate: maskRate,
    });
    const { evidence } = resultOf(
      RUN,
      outcome([train(50, 50, 0), train(90, 40, 0), train(92, 2, 1), train(100, 8, 0.5)]),
      [],
      500,
      { effectiveMomentum: 0.9, meanAge: 9 },
    );
    expect(evidence).toEqual({
      effectiveMomentum: 0.9,
      meanAge: 9,
      preserveRate: (2 + 4) / 100,
      maskRate: 60,
      weights: 'c'.repeat(64),
    });
  });

  test('evidence of a share counts what the share is of, not steps or lines', () => {
    const train = (step: number, given: Partial<MetricsLine>) => ({ kind: 'train' as const, step, count: 5, ...given });
    const lines = [
      // 3 of 3 right, then none was accepted: all that were accepted are right.
      train(95, { acceptedAccuracy: 1, counts: { acceptedAccuracy: 3 } }),
      train(100, { counts: { acceptedAccuracy: 0 } }),
      { kind: 'curve' as const, step: 95, teacherAccuracy: 50 },
      { kind: 'curve' as const, step: 100, teacherAccuracy: 60 },
    ];
    const { evidence, curve } = resultOf(RUN, outcome(lines), [], 500);
    expect(evidence.pseudoLabelAccuracy).toBe(100);
    expect(curve).toEqual([
      { step: 95, teacherAccuracy: 50, pseudoLabelAccuracy: 100 },
      { step: 100, teacherAccuracy: 60 },
    ]);
    const uneven = [
      train(95, { acceptedAccuracy: 1, counts: { acceptedAccuracy: 1 } }),
      train(100, { acceptedAccuracy: 0.5, counts: { acceptedAccuracy: 4 } }),
    ];
    expect(resultOf(RUN, outcome(uneven), [], 500).evidence.pseudoLabelAccuracy).toBe(60);
  });
});

describe('a claim', () => {
  test('keeps a second process out while the first one lives, and is taken over when it is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'claim-'));
    try {
      const run = join(folder, 'small', 'slow-seed1');
      const giveUp = await claimRun(run);
      await expect(claimRun(run)).rejects.toThrow(new RegExp(`another process \\(${process.pid}\\) trains this run`));
      const [machine] = readFileSync(`${run}.running`, 'utf8').split('-');
      giveUp();
      expect(existsSync(`${run}.running`)).toBe(false);
      const { pid } = spawnSync('true');
      writeFileSync(`${run}.running`, `${machine}-${pid}-1`);
      (await claimRun(run))();
      expect(existsSync(`${run}.running`)).toBe(false);
      // Its maker's name is not in it yet.
      writeFileSync(`${run}.running`, '');
      await expect(claimRun(run)).rejects.toThrow(
        `another process has just begun this run: wait for it, or stop it. If there is none, delete ${run}.running.`,
      );
      await expect(claimRun(join(`${run}.running`, 'below', 'run'))).rejects.toThrow(
        /could not be written: a part of its path is a file, not a folder \(ENOTDIR\)/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('Ctrl-C', () => {
  test('once is a request, twice ends at once; one press that arrives twice is one', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
    try {
      const said: string[] = [];
      const interrupt = watchInterrupt((line) => said.push(line));
      const before = process.listenerCount('SIGINT');
      await interrupt.during(async () => {
        expect(interrupt.requested()).toBe(false);
        process.emit('SIGINT');
        expect(interrupt.requested()).toBe(true);
        clock.mockReturnValue(1100);
        process.emit('SIGTERM');
        expect(exit).not.toHaveBeenCalled();
        clock.mockReturnValue(3000);
        process.emit('SIGINT');
        expect(exit).toHaveBeenCalledWith(INTERRUPTED);
      });
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(/press Ctrl-C again/);
      expect(process.listenerCount('SIGINT')).toBe(before);
    } finally {
      exit.mockRestore();
      clock.mockRestore();
    }
  });
});

describe('progress', () => {
  function shown(isTTY: boolean): string {
    let text = '';
    let time = 0;
    const out = {
      isTTY,
      columns: 200,
      write: (part: string) => ((text += part), true),
      on: () => undefined,
      removeListener: () => undefined,
      cursorTo: () => undefined,
      clearLine: () => undefined,
    } as unknown as NodeJS.WriteStream;
    const progress = showProgress('[1/2] sts, seed 1', out, () => time);
    for (let step = 1; step <= 100; step++) {
      time += 500;
      progress.update({ step, steps: 100, loss: 1.5, stepMs: 480, waitShare: 0.012 });
    }
    progress.stop();
    return text;
  }

  test('tells of images that are looked at without training', () => {
    let [text, time] = ['', 0];
    const out = { write: (part: string) => ((text += part), true) } as unknown as NodeJS.WriteStream;
    const progress = showProgress('[1/1] tma, seed 1', out, () => time);
    const counts = showCounts(
      (folder) => `indexing ${folder}`,
      out,
      () => time,
    );
    for (let done = 1; done <= 5; done++) {
      time += 4000;
      counts('train', done, 5);
      progress.look(1000 * done, 5000);
    }
    expect(text.split('\n')).toEqual([
      'indexing train: 3 of 5',
      '[1/1] tma, seed 1: looking at images without training, 3,000 of 5,000',
      '',
    ]);
  });

  test('without a terminal: a line every ten seconds, the time left, and the last step', () => {
    const lines = shown(false).trimEnd().split('\n');
    expect(lines).toEqual([
      '[1/2] sts, seed 1: step 20 of 100, loss 1.500, 480.0 ms a step, 1.2 % of it waiting for images, 0:40 left',
      '[1/2] sts, seed 1: step 40 of 100, loss 1.500, 480.0 ms a step, 1.2 % of it waiting for images, 0:30 left',
      '[1/2] sts, seed 1: step 60 of 100, loss 1.500, 480.0 ms a step, 1.2 % of it waiting for images, 0:20 left',
      '[1/2] sts, seed 1: step 80 of 100, loss 1.500, 480.0 ms a step, 1.2 % of it waiting for images, 0:10 left',
      '[1/2] sts, seed 1: step 100 of 100, loss 1.500, 480.0 ms a step, 1.2 % of it waiting for images',
    ]);
  });

  test('on a terminal: a bar', () => {
    expect(shown(true)).toMatch(/sts, seed 1 .*100\/100/);
  });
});
