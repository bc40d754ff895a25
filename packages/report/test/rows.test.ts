import type { PaperCell, StoredResult } from '@spatial-ensemble/record';
import { describe, expect, it } from 'vitest';

import { headlineSample, type Row, sections } from '../src/rows.ts';
import { runStates } from '../src/pairing.ts';
import { halfWidth } from '../src/statistics/paired-t.ts';
import { signed, stateText, statesText } from '../src/text.ts';
import { marginText, verdicts } from '../src/verdict.ts';
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
  const cellOf = (expected: number): PaperCell => {
    const { tolerance: _, ...cell } = plan().study.paper.find(({ arm }) => arm === 'tma')!;
    return { ...cell, expected };
  };
  const paperRun = stored(runSpec('tma', 1, 'paper'));
  const paperRuns = [1, 2, 3].map((seed) => stored(runSpec('tma', seed, 'paper')));

  it('hold the mean of a finished arm against the tolerance', () => {
    const row = rowOf('tma', paperRuns, [1, 2, 3], 'paper');
    const ours = headlineSample(row, headline, 'teacher').mean as number;
    const [cell] = row.paper;
    if (cell === undefined) throw new Error('no cell');
    const against = (expected: number, tolerance = 5) =>
      verdicts({ ...row, paper: [{ ...cell, expected, tolerance: { value: tolerance, source: 'x' } }] }, headline);
    expect(against(ours)).toBe('within ±5 (+0.00)');
    expect(against(ours - 5)).toBe('within ±5 (+5.00)');
    expect(against(ours + 5.01)).toBe('outside ±5 (−5.01)');
    // Our own interval is wider than that: chance could pass it.
    expect(against(ours, 0.01)).toMatch(/^undecided at ±0\.01 \(\+0\.00, known to ±\d\.\d\d\)$/);
  });

  it('without a tolerance hold it against both sides’ half-widths, ours being no wider than theirs', () => {
    const row = rowOf('tma', paperRuns, [1, 2, 3], 'paper');
    const { mean, values } = headlineSample(row, headline, 'teacher');
    const half = halfWidth(values)!;
    const ours = mean as number;
    // Of two runs Student's t is the tangent: the half-width is tan(.475 π) sd / √2.
    const theirs = (sd: number): number => (Math.tan(0.475 * Math.PI) * sd) / Math.SQRT2;
    const against = (expected: number, standardDeviation: number) =>
      verdicts(
        { ...row, paper: [{ ...cellOf(expected), spread: { standardDeviation, runs: 2, source: 'x' } }] },
        headline,
      );
    const both = theirs(1) + half;
    expect(half).toBeLessThan(theirs(1));
    expect(against(ours - both + 0.01, 1)).toBe(`within ±${Number(both.toFixed(2))} (${signed(both - 0.01)})`);
    expect(against(ours + both + 0.01, 1)).toBe(`outside ±${Number(both.toFixed(2))} (${signed(-both - 0.01)})`);
    expect(against(ours, 0.001)).toBe(
      `undecided at ±${theirs(0.001).toFixed(2)} (+0.00, known to ±${half.toFixed(2)})`,
    );
    expect(verdicts({ ...row, paper: [cellOf(ours)] }, headline)).toBeNull();
  });

  it('are not given of another checkpoint, beside which ours of that stands', () => {
    const row = rowOf('tma', paperRuns, [1, 2, 3], 'paper');
    const best = paperRuns.map((one, i) => {
      const [measure] = one.result.measures;
      const chosen = { ...measure!, whose: 'teacher' as const, rule: 'best-on-test' as const, value: 80 + i };
      return { ...one, result: { ...one.result, measures: [...one.result.measures, chosen] } };
    });
    const cell = { ...cellOf(81), rule: 'best-on-test' as const, tolerance: { value: 50, source: 'x' } };
    const of = (one: Row) => verdicts({ ...one, paper: [cell] }, headline);
    expect(of(row)).toBe('not judged: published is best-on-test, ours of that was not measured');
    expect(of(rowOf('tma', best, [1, 2, 3], 'paper'))).toBe(
      'not judged: published is best-on-test, ours of that is 81.00 ± 1.00 (80.00, 81.00, 82.00)',
    );
    expect(of(rowOf('tma', [], [1], 'paper'))).toBeNull();
  });

  it('come with a margin that says where it is from, or why there is none', () => {
    const text = (changes: Partial<PaperCell>) => marginText({ ...cellOf(70), ...changes }, headline);
    expect(text({ tolerance: { value: 0.3, source: 'Table 2' } })).toBe('±0.3 (Table 2)');
    // SciPy: t.ppf(.975, 4) · 3.37 / √5 = 4.1844.
    expect(text({ spread: { standardDeviation: 3.37, runs: 5, source: 'Table 2' } })).toBe(
      '±4.18 and our own (Student’s t of 5 runs, sd 3.37: Table 2)',
    );
    expect(text({ source: 'Table 2', spread: { standardDeviation: 1, runs: 2, source: 'Table 2' } })).toBe(
      '±8.98 and our own (Student’s t of 2 runs, sd 1)',
    );
    expect(text({})).toBe('not judged: no tolerance and no spread is published');
    expect(text({ rule: 'best-on-test' })).toBe('not judged: best-on-test');
    expect(text({ expected: null })).toBe('not judged: no number');
  });

  it('are not given of one seed', () => {
    const row = rowOf('tma', [paperRun], [1], 'paper');
    expect(
      verdicts(
        { ...row, paper: [{ ...row.paper[0]!, expected: 71, tolerance: { value: 50, source: 'x' } }] },
        headline,
      ),
    ).toBeNull();
  });

  it('are not given before every declared seed is complete, nor without a number', () => {
    expect(verdicts(rowOf('tma', [paperRun], [1, 2], 'paper'), headline)).toBeNull();
    expect(verdicts(rowOf('sts', [stored(runSpec('sts', 1, 'paper'))], [1], 'paper'), headline)).toBeNull();
  });
});
