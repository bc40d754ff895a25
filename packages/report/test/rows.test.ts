import type { StoredResult } from '@spatial-ensemble/record';
import { describe, expect, it } from 'vitest';

import { headlineSample, sections } from '../src/rows.ts';
import { runStates } from '../src/pairing.ts';
import { stateText, statesText } from '../src/text.ts';
import { verdicts } from '../src/verdict.ts';
import { allResults, asked, plan, runSpec, stored } from './synthetic.ts';

function rowOf(
  arm: string,
  results: readonly StoredResult[],
  seeds: readonly number[] = [1],
  tier: 'small' | 'paper' = 'small',
) {
  const p = asked(plan({}, seeds), results);
  const section = sections(p, runStates(p, results)).find((s) => s.tier === tier);
  const row = section?.rows.find(({ name }) => name === arm);
  if (row === undefined) throw new Error('no such row');
  return row;
}

describe('states', () => {
  it('are complete, partial, stale, not run, or run at a different tier', () => {
    expect(statesText(rowOf('sts', [stored(runSpec('sts', 1))]).runs)).toBe('complete');
    expect(statesText(rowOf('sts', [stored(runSpec('sts', 1), 400)]).runs)).toBe('partial (400 of 1,000 steps)');
    expect(statesText(rowOf('sts', []).runs)).toBe('not run');
    expect(statesText(rowOf('sts', [stored(runSpec('sts', 1))], [1], 'paper').runs)).toBe(
      'not run (different tier: small)',
    );
  });

  it('tell a new method version from changed settings', () => {
    const oldVersion = stored(runSpec('sts', 1, 'small', { method: { name: 'fixmatch', version: 0 + 7 } }));
    const oldSettings = stored(runSpec('sts', 1, 'small', { spec: { steps: 999, teacher: 'sts', tier: 'small' } }));
    expect(statesText(rowOf('sts', [oldVersion]).runs)).toBe('stale (made by fixmatch version 7, now version 1)');
    expect(statesText(rowOf('sts', [oldSettings]).runs)).toBe(
      'stale (made under settings that the study no longer declares)',
    );
  });

  it('prefer complete to partial to stale, and never mix them in one number', () => {
    const results = [
      stored(runSpec('sts', 1), 400),
      stored(runSpec('sts', 1)),
      stored(runSpec('sts', 2), 600),
      stored(runSpec('sts', 3, 'small', { method: { name: 'fixmatch', version: 7 } })),
    ];
    const row = rowOf('sts', results, [1, 2, 3, 4]);
    expect(row.runs.map(stateText)).toEqual([
      'complete',
      'partial (600 of 1,000 steps)',
      'stale (made by fixmatch version 7, now version 1)',
      'not run',
    ]);
    expect(row.basis).toBe('complete');
    expect(row.shown.map(({ planned }) => planned.seed)).toEqual([1]);
  });

  it('count a run made twice as one seed', () => {
    const here = runSpec('sts', 1);
    const elsewhere = runSpec('sts', 1, 'small', { arithmetic: { ...here.arithmetic, instructionSet: 'avx2' } });
    const row = rowOf('sts', [stored(here), stored(elsewhere)]);
    expect(row.shown).toHaveLength(1);
    expect(row.runs[0]?.others).toHaveLength(1);
  });

  it('ignore undeclared seeds, and what other studies asked for, unless it is the same run', () => {
    const p = plan();
    const states = (results: readonly StoredResult[]) => runStates(p, results).map(({ state }) => state.kind);
    const changed = stored(runSpec('sts', 1, 'small', { spec: { steps: 1001, teacher: 'sts', tier: 'small' } }));
    expect(new Set(states([stored(runSpec('sts', 9)), changed]))).toEqual(new Set(['not run']));
    expect(states([stored(runSpec('sts', 1))]).filter((kind) => kind === 'complete')).toHaveLength(1);
  });

  it('are the same for two studies that declare the same run', () => {
    const [one, other] = [plan(), plan({ name: 'another', title: 'Another question' })];
    const results = allResults();
    expect(runStates(other, results).map(({ state }) => state)).toEqual(
      runStates(one, results).map(({ state }) => state),
    );
  });
});

describe('sections', () => {
  it('never mix tiers, and put references last', () => {
    const p = plan({ arms: { supervised: { title: 'supervised', role: 'reference' }, ...plan().study.arms } });
    const all = sections(p, runStates(p, allResults()));
    expect(all.map(({ tier }) => tier)).toEqual(['small', 'paper']);
    expect(all[0]?.rows.at(-1)?.name).toBe('supervised');
    expect(all[1]?.rows.every(({ shown }) => shown.length === 0)).toBe(true);
  });

  it('hold the paper’s cells at the paper tier alone', () => {
    expect(rowOf('tma', allResults(), [1], 'paper').paper).toHaveLength(1);
    expect(rowOf('tma', allResults(), [1], 'small').paper).toHaveLength(0);
  });

  it('gather teacher and student over the seeds, in the order of the seeds', () => {
    const row = rowOf('sts', allResults([2, 1]), [1, 2]);
    const values = headlineSample(row, plan().study.headline, 'teacher').values;
    const ofSeed = (seed: number) => stored(runSpec('sts', seed)).result.measures[0]?.value;
    expect(values).toEqual([ofSeed(1), ofSeed(2)]);
  });
});

describe('verdicts', () => {
  const { headline } = plan().study;
  const paperRun = stored(runSpec('tma', 1, 'paper'));
  const paperRuns = [1, 2, 3].map((seed) => stored(runSpec('tma', seed, 'paper')));

  it('hold the mean of a finished arm against the tolerance', () => {
    const row = rowOf('tma', paperRuns, [1, 2, 3], 'paper');
    const ours = headlineSample(row, headline, 'teacher').mean as number;
    const [cell] = row.paper;
    if (cell === undefined) throw new Error('no cell');
    const against = (expected: number, tolerance = 5) =>
      verdicts({ ...row, paper: [{ ...cell, expected, tolerance }] }, headline);
    expect(against(ours)).toBe('within ±5 (+0.00)');
    expect(against(ours - 5)).toBe('within ±5 (+5.00)');
    expect(against(ours + 5.01)).toBe('outside ±5 (−5.01)');
    // Our own interval is wider than that: chance could pass it.
    expect(against(ours, 0.01)).toMatch(/^undecided at ±0\.01 \(\+0\.00, known to ±\d\.\d\d\)$/);
  });

  it('are not given of one seed', () => {
    const row = rowOf('tma', [paperRun], [1], 'paper');
    expect(verdicts({ ...row, paper: [{ ...row.paper[0]!, expected: 71, tolerance: 50 }] }, headline)).toBeNull();
  });

  it('are not given before every declared seed is complete, nor without a number', () => {
    expect(verdicts(rowOf('tma', [paperRun], [1, 2], 'paper'), headline)).toBeNull();
    expect(verdicts(rowOf('sts', [stored(runSpec('sts', 1, 'paper'))], [1], 'paper'), headline)).toBeNull();
  });
});
