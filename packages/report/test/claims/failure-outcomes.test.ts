import type { FailureRate } from '@spatial-ensemble/record';
import { describe, expect, it } from 'vitest';

import { failureOutcomes } from '../../src/claims/failure-outcomes.ts';
import { buildReport } from '../../src/index.ts';
import { runStates } from '../../src/pairing.ts';
import { sections } from '../../src/rows.ts';
import { asked } from '../synthetic.ts';
import { claiming, runsOf } from './claiming.ts';

const RATE: FailureRate = {
  hypothesis: 'SE fails more often than TMA',
  reference: 'supervised',
  arm: 'se',
  over: 'tma',
  seeds: 8,
  stopping: 'after eight splits',
};
/** Of eight seeds these fail, the reference being 60. */
const failing = (seeds: readonly number[], of = 8): number[] =>
  Array.from({ length: of }, (_, i) => (seeds.includes(i + 1) ? 59 : 61));
const runs = (se: readonly number[], tma: readonly number[], of = 8) =>
  runsOf({ se: failing(se, of), tma: failing(tma, of), supervised: Array.from({ length: of }, () => 60) });
const outcome = (results: ReturnType<typeof runs>, rate = RATE) => {
  const plan = asked(claiming(8, {}, { failures: { rate } }), results);
  return failureOutcomes(plan, sections(plan, runStates(plan, results))[0]!)[0]!;
};

describe('a declared failure rate', () => {
  it('is decided by the seeds at which one arm alone failed', () => {
    // Two-sided by the binomial: six of six is 2 / 2^6 = .03125, five of five .0625.
    expect(outcome(runs([1, 2, 3, 4, 5, 6, 7], [7]))).toMatchObject({
      verdict: 'supported',
      text: 'supported: SE fails more often than TMA',
      discordance: { first: [1, 2, 3, 4, 5, 6], second: [], p: 0.03125 },
    });
    expect(outcome(runs([], [1, 2, 3, 4, 5, 6])).text).toBe('refuted: TMA fails more often than SE');
    expect(outcome(runs([1, 2, 3, 4, 5], []))).toMatchObject({
      verdict: 'undecided',
      text: 'undecided: one alone failed at 5 seeds, and fewer than 6 decide nothing; no smallest difference is declared, so no number of seeds is known that would decide',
      discordance: { p: 0.0625 },
    });
    expect(outcome(runs([1, 2, 3, 4, 5, 6], [7])).text).toMatch(/^undecided: one alone failed at 7 seeds; no smallest/);
  });

  it('says nothing before the planned seeds are there, nor of no seeds', () => {
    expect(outcome(runs([1, 2, 3, 4, 5, 6], [], 7)).text).toBe('undecided: 7 of 8 planned seeds');
    expect(outcome(runsOf({ se: failing([1]) }))).toMatchObject({ verdict: 'not run', discordance: null, arms: [] });
  });

  it('is exploratory where results were there when it was declared', () => {
    const results = runs([1], []);
    const plan = asked(claiming(8, {}, { failures: { rate: RATE } }), results);
    const [section] = sections(plan, runStates(plan, results));
    const after = [results[0]!.result.identity];
    const later = { ...plan, declared: { ...plan.declared, failures: { rate: { hash: 'a'.repeat(64), after } } } };
    const of = (one: typeof plan) => failureOutcomes(one, section!)[0]!.exploratory;
    expect([of(plan), of(later)]).toEqual([false, true]);
  });

  it('stands in the page, as CSV and as LaTeX', async () => {
    const results = runs([1, 2, 3, 4, 5, 6, 7], [7]);
    const plan = asked(claiming(8, {}, { failures: { rate: RATE } }), results);
    const files = await buildReport(results, plan, '/runs/reports/synthetic');
    const page = String(files.get('index.md'));
    // Clopper and Pearson of 7 of 8: SciPy's binomtest(7, 8).proportion_ci() is [.4735, .9968].
    expect(page).toMatch(/\| SE +\| +7 of 8 \| +88 % \[47 %, 100 %\] \| 1, 2, 3, 4, 5, 6, 7 \|/);
    expect(page).toMatch(
      /\| <a id="small-failures-rate"><\/a>SE fails more often than TMA \| +8 \| +6 \| +0 \| \.031 \| supported: SE fails/,
    );
    const [head, ...lines] = String(files.get('failures.csv')).trimEnd().split('\n');
    const se = lines.find((line) => line.includes(',supervised,se,'))!;
    const record = Object.fromEntries(head!.split(',').map((name, i) => [name, se.split(',')[i]]));
    expect(record).toMatchObject({
      failed: '1;2;3;4;5;6;7',
      share: '0.875',
      arm_alone: '6',
      over_alone: '0',
      p: '0.03125',
    });
    expect(Number(record['low_95'])).toBeCloseTo(0.4735, 4);
    // The figure stands below its tables, with the test beside the shares.
    const places = ['### Failures', '| supported: SE fails', '(failures-rate-small.svg)', 'A run fails that ends below', '### What differs']; // prettier-ignore
    const at = places.map((one) => page.indexOf(one));
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(page).toContain('supported: SE fails more often than TMA; TMA 1 of 8; SE 7 of 8]');
    const svg = String(files.get('failures-rate-small.svg'));
    expect(svg).toContain('Runs that end below supervised, same labels');
    expect(svg).toContain('McNemar’s exact test: SE alone failed 6, TMA alone 0; p = .031');
    expect(svg).toContain('>7 of 8<');
    expect(String(files.get('failures.tex'))).toContain('SE fails more often than TMA & 8 & 6 & 0 & .031');
  });
});
