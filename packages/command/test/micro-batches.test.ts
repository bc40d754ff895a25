import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { declarationHash } from '@spatial-ensemble/record';
import { defineExperiment } from '@spatial-ensemble/study';
import { describe, expect, test } from 'vitest';
import { clothes } from '../../training/test/clothes.ts';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import type { Experiment } from '../src/experiment.ts';
import { evaluatedStore } from './evaluated-store.ts';
import { PARTS, SMALL, STUDY } from './studies.ts';

const store = evaluatedStore();

/** An experiment whose method says that it can add up its gradient, and makes this of a spec. */
function adding(bind: typeof softmaxRegression.bind): Experiment {
  const { evaluations: _, ...study } = { ...STUDY, tiers: SMALL.tiers, headline: SMALL.headline };
  const adds = { ...softmaxRegression, accumulates: true, bind };
  return defineExperiment(adds, study as never, {
    dataSets: [clothes],
    measurements: PARTS.measurements,
  });
}

describe('micro-batches', () => {
  test('are refused by a method that cannot add up its gradient', async () => {
    await expect(store.run({ machine: { microBatch: 4 } })).rejects.toThrow(
      /softmax-regression cannot add up its gradient .*normalises the whole batch together/,
    );
  });

  test('that the step refuses are refused before anything is loaded', async () => {
    const strict = adding((spec, machine) => {
      if (machine !== undefined) throw new Error(`parts of ${machine.microBatch} do not fit`);
      return softmaxRegression.bind(spec);
    });
    await expect(store.run({ machine: { microBatch: 5 } }, 'refused', strict)).rejects.toThrow('parts of 5 do not fit');
    expect(existsSync(join(store.folder, 'refused'))).toBe(false);
  });

  test('reach the step of one that can, and are part of its arithmetic, not of its declaration', async () => {
    const given: unknown[] = [];
    const one = adding((spec, machine) => {
      given.push(machine);
      return softmaxRegression.bind(spec);
    });
    await store.run({}, 'runs', one);
    const whole = store.results().get('slow-seed1')!;
    await store.run({ machine: { microBatch: 4 } }, 'parts', one);
    const parts = store.results('parts').get('slow-seed1')!;
    expect(given).toContainEqual({ microBatch: 4 });
    expect(parts.run.arithmetic.microBatch).toBe(4);
    expect(whole.run.arithmetic).not.toHaveProperty('microBatch');
    expect(parts.identity).not.toBe(whole.identity);
    expect(declarationHash(parts.run)).toBe(declarationHash(whole.run));
  });
});
