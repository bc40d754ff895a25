import { describe, expect, it } from 'vitest';

import { buildCatalogue, buildReport } from '../../src/index.ts';
import { asked } from '../synthetic.ts';
import { claim, claiming, PILOT, runsOf } from './claiming.ts';

const results = runsOf({ ...PILOT, sts: PILOT['tma']!.map((value, i) => value + 2 + i / 10) });
const study = asked(
  claiming(8, {
    better: claim({ hypothesis: 'STS beats TMA by 100 % & more' }),
    slower: claim({
      hypothesis: 'STS beats a slow TMA',
      compare: { arm: 'sts', over: 'tma-effective' },
      extendedTo: { small: 11 },
    }),
  }),
  results,
);
const files = await buildReport(results, study, '/runs/reports/synthetic');
const text = (name: string): string => String(files.get(name));
const lines = (name: string): string[] => text(name).trimEnd().split('\n');

describe('the report of a study that claims something', () => {
  it('says what was asked, what came out, and what it rests on', () => {
    const page = text('index.md');
    expect(page).toMatch(
      /\| <a id="small-better"><\/a>STS beats TMA by 100 % & more +\| STS − TMA +\| +\+2\.35 \[\+2\.15, \+2\.55\] \| +8 \| &lt; \.001 \| supported +\| smoothing: open/,
    );
    expect(page).toContain(
      'greater; smallest effect of interest 0.5; primary; 8 pairs planned; stops after eight splits.',
    );
    expect(page).toContain('8 pairs planned; 11 since their spread was looked at; stops after eight');
    expect(page).toMatch(/\| undecided: 8 of 11 planned pairs[^|]*\| smoothing: open/);
    expect(page).toMatch(/\| TMA − none: the student teaches itself \| +8 \| \+1\.15 \| 1\.18 \| \[\+0\.16, \+2\.14\]/);
    expect(page).toContain('![Paired differences: a line for each seed');
    // At a tier without runs the claims stand as not run.
    expect(page.match(/\| not run +\|/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('has the same numbers as CSV', () => {
    const [head, ...claims] = lines('claims.csv');
    const first = Object.fromEntries(head!.split(',').map((name, i) => [name, claims[0]!.split(',')[i]]));
    expect(first).toMatchObject({ claim: 'better', pairs: '8', mean: '2.35', verdict: 'supported', gates: 'smoothing open' }); // prettier-ignore
    expect(Number(first['low_95'])).toBeCloseTo(2.1453, 3);
    expect(lines('differences.csv')[0]).toMatch(/^study,variant,tier,arm,over,metric,pairs,seeds,differences,mean,sd/);
    expect(lines('differences.csv')).toHaveLength(1 + 2 * 3);
  });

  it('has its tables in LaTeX, in which every sign stands for itself', () => {
    expect(lines('claims.tex').slice(1, 5)).toEqual([
      '\\begin{tabular}{llrrrll}',
      '\\toprule',
      'claim & difference & estimate and 95 \\% interval & pairs & p & verdict & gates \\\\',
      '\\midrule',
    ]);
    expect(text('claims.tex')).toContain(
      'STS beats TMA by 100 \\% \\& more & STS $-$ TMA & +2.35 {[}+2.15, +2.55{]} & 8 & $<$ .001 & supported',
    );
    // The column of links is left out.
    expect(lines('table.tex')[3]).toBe('arm & teacher (\\%) & student (\\%) & seeds & state \\\\');
    for (const line of lines('differences.tex').filter((one) => one.endsWith('\\\\')))
      expect(line.match(/(?<!\\)&/g)).toHaveLength(11);
  });

  it('draws each pair', () => {
    const figure = JSON.parse(text('paired-differences-small.vl.json')) as { layer: { data?: { name: string; values: object[] } }[] }; // prettier-ignore
    const data = Object.fromEntries(figure.layer.flatMap(({ data }) => (data === undefined ? [] : [[data.name, data.values]]))); // prettier-ignore
    expect(data['pairs']).toHaveLength(3 * 8);
    expect(data['means']).toHaveLength(3);
    // From each comparison to the next, a line a seed.
    const joined = data['seeds'] as { seed: number; line: string; comparison: string; value: number }[];
    expect(new Set(joined.map(({ line }) => line)).size).toBe(2 * 8);
    const points = data['pairs'] as { seed: number; comparison: string; value: number }[];
    for (const { line: _, ...end } of joined) expect(points).toContainEqual(end);
    expect(text('paired-differences-small.svg')).toContain('STS − TMA');
  });

  it('is the same whenever it is made', async () => {
    expect(await buildReport(results, study, '/runs/reports/synthetic')).toEqual(files);
  });
});

describe('a study that holds teacher and student of the same runs against each other', () => {
  const TEACHER = { arm: 'tma', over: 'tma', whose: 'teacher', overWhose: 'student' } as const;
  const students = results.map((stored) => {
    const [first] = stored.result.measures;
    const measures = [first!, { ...first!, whose: 'student' as const, value: first!.value - 1 }];
    return { ...stored, result: { ...stored.result, measures } };
  });
  const both = asked(claiming(8, { better: claim(), ahead: claim({ compare: TEACHER, gates: [] }) }), students);

  it('says whose the numbers are, in words and in every line of its CSV', async () => {
    const made = await buildReport(students, both, '/runs/reports/synthetic');
    expect(String(made.get('index.md'))).toMatch(/\| TMA: teacher − student +\| +\+1\.00/);
    const rows = String(made.get('claims.csv'))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const [whose, over] = ['whose', 'over_whose'].map((name) => rows[0]!.indexOf(name));
    expect(rows.slice(1, 3).map((row) => [row[whose!], row[over!]])).toEqual([
      ['teacher', 'teacher'],
      ['teacher', 'student'],
    ]);
    // In a study that says it of none, nothing is added.
    expect(lines('claims.csv')[0]).not.toContain('whose');
  });
});

describe('the index', () => {
  it('opens with the claims of all studies', async () => {
    const fixmatch = {
      format: 'spatial-ensemble/paper-table-1',
      id: 'fixmatch',
      title: 'FixMatch',
      cells: [
        { id: 'sts-cifar10-40', row: 'STS', column: '40', value: null, unit: '%', status: 'not available to us', origin: 'the paper', source: null }, // prettier-ignore
        { id: 'fixmatch-cifar10-40', row: 'FixMatch', column: '40', value: 86.19, unit: '%', status: 'secondary', origin: 'another publication', source: 'a' }, // prettier-ignore
      ],
    } as const;
    const index = String((await buildCatalogue([{ plan: study, results }], [{ ...fixmatch, cells: [...fixmatch.cells] }], '/reports')).get('index.md')); // prettier-ignore
    const at = ['# Reports', '## Claims', 'STS beats TMA', '| supported', '## Studies'].map((one) =>
      index.indexOf(one),
    );
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(index).toContain(
      '[FixMatch with four kinds of teacher](synthetic/index.md), [tier `small`](synthetic/index.md#small-better)',
    );
  });
});
