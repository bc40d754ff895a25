import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { costLines, resolveRuns, type Selection } from '@spatial-ensemble/study';
import { describe, expect, test } from 'vitest';
import { countSteps, flopsOf } from '../src/cost.ts';
import { dryRun } from '../src/dry-run.ts';
import { evaluatedStore } from './evaluated-store.ts';
import { EVALUATED } from './studies.ts';

const store = evaluatedStore();
const NEED = /^Memory at least [\d.]+ [MG]B \(of [\d.]+ GB available\), disk \d+ kB \(of [\d.]+ [GM]B free\)\.$/;

describe('cost', () => {
  // The product with the kernel, and its gradient; of the probe the head's alone, where features are cached.
  const STEP = 2 * (2 * 8 * 784 * 10);
  const PROBE = 2 * (2 * 16 * 10 * 10);

  test('is the arithmetic of the traced step over a stated throughput', async () => {
    const [first, second] = resolveRuns(EVALUATED, { tier: 'paper' });
    const flops = flopsOf(await countSteps(first!));
    expect([...flops]).toEqual([
      [undefined, STEP],
      ['linear', PROBE],
      ['untrained', PROBE],
    ]);
    const lines = costLines(EVALUATED.study, [first!, second!], flops);
    const seconds = (2 * (1000 * STEP + 525 * PROBE)) / 1e6;
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe('Traced: softmax-regression, 2.51e5 FLOP a step, 1,000 steps, 2.51e8 FLOP, 4 min.');
    expect(lines[3]).toBe(
      `All 2 at 1.00e6 FLOP/s (a tiny machine): ${Math.round(seconds / 60)} min; loading and evaluating come on top.`,
    );
  });

  test('uncached features pass through the encoder at every step', async () => {
    const overrides = ['evaluations.linear.cached=false'];
    const [only] = resolveRuns(EVALUATED, { overrides });
    expect((await countSteps(only!)).get('linear')!.flops).toBe(PROBE + 2 * 16 * 784 * 10);
  });

  test('a dry run says it, with what would be run, and writes nothing', async () => {
    await dryRun(store.asked({ selection: { tier: 'paper', arms: ['fast'], overrides: ['steps=7'] } }));
    expect(store.said.slice(0, 4)).toEqual([
      'Evaluated',
      '1 run (paper); on a tiny machine (made up)',
      'Each is then evaluated: linear probe of the teacher; linear probe of the untrained encoder',
      '- fast, seed 1: 7 steps; linear: 500 steps; untrained: 25 steps (changed by --set)',
    ]);
    expect(store.said.at(-1)).toMatch(NEED);
    expect(store.said).toHaveLength(9);
    expect(existsSync(join(store.folder, 'runs'))).toBe(false);
  });

  test('heeds what --set changes of a step, beside what is declared', async () => {
    const dry = (selection: Selection, experiment = EVALUATED): Promise<void> =>
      dryRun(store.asked({ selection: { tier: 'paper', ...selection } }, 'runs', experiment));
    await dry({ arms: ['fast'], overrides: ['batch=80'] });
    const times = (1000 * 10 * STEP + 525 * PROBE) / (1000 * STEP + 525 * PROBE);
    expect(store.said.at(-1)).toBe(`With --set this is ${times.toFixed(1)} times the declared arithmetic.`);
    const minutes = { cpuMinutes: 3, hardware: 'two cores', basis: 'made up' };
    const study = { ...EVALUATED.study, cost: minutes };
    await dry({ overrides: ['arm=fast', 'batch=80', 'steps=2000'] }, { ...EVALUATED, study });
    const longer = (2000 * 10 * STEP + 525 * PROBE) / (1000 * STEP + 525 * PROBE);
    expect(store.said.at(-1)).toBe(
      `With --set this is ${Math.round(longer)} times the declared arithmetic: about ${Math.round(3 * longer)} minutes, not what is declared, on two cores.`,
    );
    store.said.length = 0;
    await dry({ arms: ['fast'], overrides: ['steps=900', 'momentum=0.3'] });
    expect(store.said.filter((line) => line.startsWith('With --set'))).toEqual([]);
  });

  test('is said with what is missing, where the images are not here', async () => {
    const before = process.env['SPATIAL_ENSEMBLE_CIFAR10'];
    process.env['SPATIAL_ENSEMBLE_CIFAR10'] = join(store.folder, 'nowhere');
    try {
      const error = await store
        .run({ selection: { overrides: ['data.source=cifar10', 'data.images=null'] } })
        .catch((reason: Error) => reason);
      expect((error as Error).message).toMatch(/CIFAR-10.*SPATIAL_ENSEMBLE_CIFAR10.*Nothing was run or written\.$/s);
      expect(existsSync(join(store.folder, 'runs'))).toBe(false);
    } finally {
      if (before === undefined) delete process.env['SPATIAL_ENSEMBLE_CIFAR10'];
      else process.env['SPATIAL_ENSEMBLE_CIFAR10'] = before;
    }
  });
});
