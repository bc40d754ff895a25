import { resolveRuns } from '@spatial-ensemble/study';
import { describe, expect, test } from 'vitest';
import { planFrom } from '../src/long-run.ts';
import { evaluatedStore } from './evaluated-store.ts';
import { EVALUATED } from './studies.ts';

const store = evaluatedStore();

describe('a long run', () => {
  const WEIGHTS = (runs: string): string | undefined => store.results(runs).get('slow-seed1')?.weights;

  test('is planned from its own first steps, and stops where nobody can be asked; the steps are not lost', async () => {
    const refused = await store.run({ session: { maxHours: 0 } });
    expect(refused.refused).toMatch(
      /^\[1\/3\] slow, seed 1: .* more than the 0 h that a run may take unasked.*saved.*--max-hours/,
    );
    expect(store.said).toContainEqual(
      expect.stringMatching(
        /^Plan from 20 measured steps \([\d.]+ ms each\): .* left of this run, .* with the 2 after it; memory at its peak [\d.]+ [MG]iB; a checkpoint has 62\.8 kB\.$/,
      ),
    );
    expect(store.results().get('slow-seed1')).toMatchObject({ status: 'partial', steps: { done: 21, total: 30 } });
    expect(store.results().size).toBe(1);
    await store.run();
    await store.run({}, 'whole');
    expect(WEIGHTS('runs')).toBe(WEIGHTS('whole'));
    expect(store.results('runs').get('slow-linear-seed1')).toEqual(store.results('whole').get('slow-linear-seed1'));
  });

  test('goes on where somebody says so', async () => {
    const questions: string[] = [];
    const { refused } = await store.run({
      session: { maxHours: 0, ask: async (question) => questions.push(question) > 0 },
    });
    expect(refused).toBeUndefined();
    expect(questions).toHaveLength(3);
    expect(questions[0]).toMatch(/Go on now\?$/);
    expect(store.results().get('slow-seed1')!.status).toBe('complete');
  });

  test('the plan takes runs of another kind at their share of the arithmetic', () => {
    const [first, second] = resolveRuns(EVALUATED, { tier: 'paper' });
    const [linear] = first!.evaluations;
    const flops = new Map([
      [undefined, 1000],
      ['linear', 100],
    ]);
    const pace = { stepMs: 3_600_000, left: 979, checkpointBytes: 5e6 };
    const measured = { run: first!, pace, paces: new Map(), later: [linear!, second!], peakMemoryMb: 2048 };
    // An hour a step: 979 are left; 500 steps of a tenth; 1,000 of the other arm.
    expect(planFrom({ ...measured, flops }).lines).toEqual([
      'Plan from 20 measured steps (3600000.0 ms each): 979 h left of this run, 2,029 h with the 2 after it; memory at its peak 2.0 GiB; a checkpoint has 5.0 MB.',
    ]);
    expect(planFrom({ ...measured, flops: new Map() }).lines[0]).toContain(
      '1,979 h with the 2 after it (1 of another kind not counted)',
    );
    // Two hours a step of the linear evaluation, by what was measured of one before.
    expect(planFrom({ ...measured, flops, paces: new Map([['linear', 7_200_000]]) }).lines[0]).toContain(
      '2,979 h with the 2 after it;',
    );
  });

  test('the plan of an evaluation says nothing of other kinds, unless they were measured', () => {
    const [first, second] = resolveRuns(EVALUATED, { tier: 'paper' });
    const pace = { stepMs: 3_600_000, left: 479, checkpointBytes: 5e6 };
    const flops = new Map([
      [undefined, 1000],
      ['linear', 100],
    ]);
    const measured = { run: first!.evaluations[0]!, pace, later: [second!], peakMemoryMb: 2048, flops };
    expect(planFrom({ ...measured, paces: new Map() }).lines[0]).toContain(
      '479 h with the 1 after it (1 of another kind not counted)',
    );
    expect(planFrom({ ...measured, paces: new Map([[undefined, 7_200_000]]) }).lines[0]).toContain('2,479 h with');
  });
});
