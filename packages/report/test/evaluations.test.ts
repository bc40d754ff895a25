import {
  declarationHash,
  hash,
  identity,
  parse,
  Plan,
  Result,
  type Measure,
  type RunSpec,
  type StoredResult,
  Study,
} from '@spatial-ensemble/record';
import { describe, expect, it } from 'vitest';

import { buildReport } from '../src/index.ts';
import { rowMargins, sections } from '../src/rows.ts';
import { runStates } from '../src/pairing.ts';
import { rowStatesText } from '../src/text.ts';
import { verdicts } from '../src/verdict.ts';
import { asked, plan as syntheticPlan, runSpec } from './synthetic.ts';

// Runs that were measured on their features, and evaluated by runs of their own.

const ARMS = ['tma', 'sts'] as const;
const SEEDS = [1, 2];

function measure(name: string, whose: Measure['whose'], value: number): Measure {
  return { name, title: name, whose, split: 'test', rule: 'last', value, unit: '%', n: 1000 };
}

function store(run: RunSpec, measures: readonly Measure[], steps = 1000): StoredResult {
  const id = identity(run);
  const result = parse(
    Result,
    {
      format: 'spatial-ensemble/result-5',
      identity: id,
      run,
      status: 'complete',
      steps: { done: steps, total: steps },
      measures,
      series: [],
      splits: [],
      evidence: [],
    },
    'synthetic result',
  );
  return { result, file: `/runs/${id}/result.json` };
}

function trained(arm: string, seed: number, changes: Partial<RunSpec> = {}): StoredResult {
  const better = arm === 'sts' ? 2 : 0;
  return store(runSpec(arm, seed, 'paper', changes), [
    measure('knn', 'teacher', 74 + better + seed),
    measure('knn', 'student', 73 + better + seed),
    measure('knn-untrained', 'none', 60 + seed),
    measure('knn-pixels', 'none', 72.5),
  ]);
}

function evaluationSpec(of: StoredResult): RunSpec {
  return {
    ...of.result.run,
    method: { name: 'linear', version: 3 },
    spec: { epochs: 80, pretraining: of.result.run.spec },
    from: of.result.identity,
  };
}

function evaluated(of: StoredResult, value = 70): StoredResult {
  return store(evaluationSpec(of), [
    measure('linear-top1', 'teacher', value + of.result.run.seeds.training),
    measure('linear-top5', 'teacher', 91),
  ]);
}

function plan(changes: { readonly metric?: string; readonly overridden?: true } = {}): Plan {
  const base = syntheticPlan({}, SEEDS);
  const runs = ARMS.flatMap((arm) =>
    SEEDS.flatMap((seed) => {
      const of = runSpec(arm, seed, 'paper');
      const shared = { tier: 'paper', arm, seed } as const;
      const marks = changes.overridden ? { overrides: ['steps=20'], declaredSteps: 250_200 } : {};
      return [
        { ...shared, declaration: declarationHash(of), steps: 1000, identities: [], ...marks },
        {
          ...shared,
          evaluation: 'linear',
          declaration: declarationHash(evaluationSpec(trained(arm, seed))),
          steps: 1000,
          identities: [],
          ...(changes.overridden && { overrides: ['steps=20'], declaredSteps: 1000 }),
        },
      ];
    }),
  );
  const evaluations = {
    linear: { title: 'linear evaluation', method: 'linear', whose: 'teacher' as const, spec: { epochs: 80 } },
  };
  const paper = [
    {
      table: 'imagenet-linear',
      cell: 'sts',
      arm: 'sts',
      expected: 71.7,
      tolerance: { value: 0.3, source: 'Table 1' },
      source: 'Table 1',
    },
  ];
  const headline = { metric: changes.metric ?? 'linear-top1', whose: 'teacher', rule: 'last' };
  const study = parse(Study, { ...base.study, evaluations, paper, headline }, 'study');
  return parse(
    Plan,
    {
      ...base,
      study,
      declared: { hash: hash(study), after: [] },
      evaluations: { linear: { name: 'linear', version: 3 } },
      runs,
    },
    'plan',
  );
}

const RUNS = ARMS.flatMap((arm) => SEEDS.map((seed) => trained(arm, seed)));
const ALL = [...RUNS, ...RUNS.map((run) => evaluated(run))];

function row(results: readonly StoredResult[], p = plan(), arm: string = 'sts') {
  return sections(p, runStates(p, results))[0]!.rows.find(({ name }) => name === arm)!;
}

async function page(results: readonly StoredResult[], p = plan()): Promise<string> {
  return (await buildReport(results, p, '/runs/reports/synthetic')).get('index.md') as string;
}

describe('evaluations', () => {
  it('give their measures to the row of the run that they start from', async () => {
    const text = await page(ALL);
    expect(text).toMatch(/\| STS +\| 71\.7 % \(Table 1\) \| 71\.50 ± 0\.71 \(71\.00, 72\.00\) \|/);
    expect(verdicts(row(ALL), plan().study.headline)).toBe('undecided at ±0.3 (−0.20, known to ±6.35)');
    expect(text).toMatch(/\| STS +\| linear-top5 \(%\) \| teacher \| test +\| last +\| 91\.00 ± 0\.00/);
    expect(text).toMatch(/\| STS: linear +\| +1 \| \[`/);
    expect(text).toMatch(/\| STS +\| +1 \| \[`/);
  });

  it('are told of where they are missing or stale, and no verdict is given without them', () => {
    const some = [...RUNS, evaluated(RUNS[2]!)];
    expect(rowStatesText(row(some))).toBe('complete; linear: 1 of 2 complete; seed 2 not run');
    expect(verdicts(row(some), plan().study.headline)).toBeNull();
    const old = RUNS.map((run) => {
      const spec = evaluationSpec(run);
      return store({ ...spec, method: { name: 'linear', version: 2 } }, [measure('linear-top1', 'teacher', 99)]);
    });
    const stale = row([...RUNS, ...old], asked(plan(), old));
    expect(rowStatesText(stale)).toBe('complete; linear: stale (made by linear version 2, now version 3)');
    expect(stale.evaluated).toEqual([]);
  });

  it('of other weights are not shown', () => {
    const elsewhere = trained('sts', 1, {
      arithmetic: { ...RUNS[0]!.result.run.arithmetic, instructionSet: 'avx2' },
    });
    const found = row([trained('sts', 1), evaluated(elsewhere, 10)]);
    expect(found.evaluated).toEqual([]);
    expect(rowStatesText(found)).toContain('linear: not run');
  });
});

describe('sanity rows', () => {
  it('stand beside every number that has them, with the margin over them', async () => {
    const [knn] = rowMargins(row(ALL));
    expect(knn!.sample.values).toEqual([77, 78]);
    expect(knn!.baselines.untrained!.values).toEqual([61, 62]);
    const text = await page(ALL);
    expect(text).toContain('### What the features are worth');
    expect(text).toMatch(
      /\| STS +\| knn \(%\) \| teacher \| 77\.50 ± 0\.71 \(77\.00, 78\.00\) \| 61\.50 ± 0\.71 \(61\.00, 62\.00\) \| +\+16\.00 \| 72\.50 ± 0\.00 \(72\.50, 72\.50\) \| +\+5\.00 \|/,
    );
    expect(text).not.toMatch(/\| knn-untrained/);
    // Nowhere else a second time.
    expect(text.split('### Other measures')[1]).not.toContain('| knn (%)');
  });

  it('are rows of the headline, one where all arms share it', async () => {
    const text = await page(ALL, plan({ metric: 'knn' }));
    expect(text).toMatch(/\| untrained encoder +\| +– \| 61\.50 ± 0\.71 \(61\.00, 62\.00\) \| +– \| – +\| +2 \| – +\|/);
    expect(text).toMatch(/\| raw pixels +\| +– \| 72\.50/);
    const other = trained('sts', 1);
    const measures = other.result.measures.map((one) => (one.name === 'knn-untrained' ? { ...one, value: 50 } : one));
    const differing = [trained('tma', 1), { ...other, result: { ...other.result, measures } }];
    const two = await page(differing, plan({ metric: 'knn' }));
    expect(two).toContain('| untrained encoder (TMA) ');
    expect(two).toContain('| untrained encoder (STS) ');
  });
});

describe('what is not as declared', () => {
  it('is partial where --set cut it short, says what was set, and is held against nothing', () => {
    const changed = row(ALL, plan({ overridden: true }));
    expect(changed.basis).toBe('partial');
    expect(rowStatesText(changed)).toBe(
      'partial (1,000 of 250,200 steps), --set steps=20; linear: complete, --set steps=20',
    );
    expect(changed.evaluated).toHaveLength(2);
    expect(verdicts(changed, plan().study.headline)).toBeNull();
  });

  it('is a wiring check where training and test images are the same', async () => {
    const [train] = runSpec('sts', 1).data.manifests;
    const data = { ...runSpec('sts', 1).data, manifests: [train!, { ...train!, split: 'test' }] };
    const same = trained('sts', 1, { data });
    expect(rowStatesText(row([same]))).toContain('seed 1 complete, wiring check');
    const text = await page([same]);
    expect(text).toContain('seed 1 complete, wiring check');
    expect(text).toContain('**Wiring check**: STS. Trained and tested on the same images');
  });
});
