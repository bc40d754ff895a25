import { describe, expect, it } from 'vitest';

import {
  type RunSpec,
  declarationHash,
  type Evidence,
  identity,
  parse,
  Result,
  resultBytes,
  unsealed,
  RunInfo,
  type Series,
  Study,
  type StudyInput,
} from '../src/index.ts';
import { ARITHMETIC } from './arithmetic.ts';

const study: StudyInput = {
  name: 'quickstart',
  title: 'FixMatch with five teachers',
  paper: [
    { table: 'imagenet-linear', cell: 'moco-sts-200-top1', arm: 'sts', expected: null, source: 'not available to us' },
  ],
  cost: { cpuMinutes: 6, hardware: '2 CPU cores', basis: 'measured' },
  method: 'fixmatch',
  data: { source: 'fashion-mnist', labelsPerClass: 4 },
  spec: { steps: 1000, teacher: { kind: 'none' } },
  arms: { tma: { title: 'TMA', patch: { spec: { teacher: { kind: 'tma' } } } }, sts: { title: 'STS' } },
  seeds: [1],
  tiers: { small: {} },
  headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
};

const run: RunSpec = {
  method: { name: 'fixmatch', version: 1 },
  spec: { steps: 1000, teacher: { kind: 'tma', momentum: 0.98 } },
  seeds: { split: 1, weights: 1, training: 1 },
  testPoints: 1,
  data: {
    declared: { source: 'fashion-mnist' },
    manifests: [
      {
        name: 'fashion-mnist',
        title: 'Fashion-MNIST',
        split: 'train',
        images: 10_000,
        sha256: 'a'.repeat(64),
        verified: true,
      },
    ],
  },
  arithmetic: ARITHMETIC,
};

function series(changes: Partial<Series> = {}): Series {
  const points: Series['points'] = [
    [0, 10],
    [500, 60.5],
  ];
  return { name: 'seen', title: 'seen', unit: '%', whose: 'teacher', summed: 'last', points, ...changes };
}

const KEPT: Evidence = { name: 'kept', title: 'units kept', unit: '', over: 'all', value: 0.5 };

function result(changes: Partial<Result> = {}): Result {
  return {
    format: 'spatial-ensemble/result-5',
    identity: identity(run),
    run,
    status: 'complete',
    steps: { done: 1000, total: 1000 },
    measures: [
      {
        name: 'accuracy',
        title: 'accuracy',
        whose: 'teacher',
        split: 'test',
        rule: 'last',
        value: 70.25,
        unit: '%',
        n: 10_000,
      },
    ],
    series: [series()],
    splits: [{ name: 'labelled', images: 40, indices: 'b'.repeat(64) }],
    evidence: [KEPT],
    ...changes,
  };
}

describe('Study', () => {
  it('fills in what may be left out', () => {
    const parsed = parse(Study, study, 'study');
    expect(parsed.headline.split).toBe('test');
    expect(parsed.arms['sts']).toEqual({ title: 'STS', role: 'method', patch: {} });
    expect(parsed.paper[0]?.unit).toBe('%');
  });

  it.each<[string, object, RegExp]>([
    ['an unknown key', { arm: {} }, /unknown key 'arm'. Did you mean 'arms'\?/],
    [
      'a cell of no arm',
      { paper: [{ table: 'x', cell: 'y', arm: 'se', expected: 1, source: 'z' }] },
      /no arm is called 'se'; there are tma, sts/,
    ],
    ['a seed twice', { seeds: [1, 2, 1] }, /seeds: the seed 1 twice would count one run twice/],
    ['a seed of a tier twice', { tiers: { paper: { seeds: [3, 3] } } }, /tiers\.paper\.seeds: the seed 3 twice/],
    [
      'an arm of the plain command twice',
      { tiers: { paper: { plainArms: ['tma', 'tma'] } } },
      /tiers\.paper\.plainArms: names the arm 'tma' twice/,
    ],
    ['no arms', { arms: {} }, /at least one arm/],
    ['no tiers', { tiers: {} }, /at least one tier/],
    ['an unknown tier', { tiers: { tiny: {} } }, /tiers/],
    [
      'a best-of rule',
      { headline: { metric: 'accuracy', whose: 'teacher', rule: 'best' } },
      /'best' is not one of the choices/,
    ],
    ['an expected number without a source', { paper: [{ table: 'x', cell: 'y', expected: 1 }] }, /source: is missing/],
    ['data without a source', { data: { labelsPerClass: 4 } }, /data.source: is missing/],
    ['a name that is no file name', { name: 'Quick Start' }, /lower-case words/],
  ])('refuses %s', (_what, changes, message) => {
    expect(() => parse(Study, { ...study, ...changes }, 'study')).toThrow(message);
  });
});

describe('identity', () => {
  it('holds everything that may change a number', () => {
    const id = identity(run);
    const others: RunSpec[] = [
      { ...run, seeds: { ...run.seeds, split: 2 } },
      { ...run, seeds: { ...run.seeds, weights: 2 } },
      { ...run, seeds: { ...run.seeds, training: 2 } },
      { ...run, testPoints: 20 },
      { ...run, method: { name: 'fixmatch', version: 2 } },
      { ...run, spec: { ...run.spec, steps: 999 } },
      { ...run, data: { ...run.data, declared: { source: 'cifar10' } } },
      { ...run, data: { ...run.data, manifests: [] } },
      { ...run, from: 'c'.repeat(64) },
      { ...run, arithmetic: { ...run.arithmetic, instructionSet: 'avx2' } },
      { ...run, arithmetic: { ...run.arithmetic, threads: { intra: 1, inter: 1 } } },
      { ...run, arithmetic: { ...run.arithmetic, oneDNN: true } },
      { ...run, arithmetic: { ...run.arithmetic, oneDNN: false } },
      { ...run, arithmetic: { ...run.arithmetic, environment: { ONEDNN_MAX_CPU_ISA: 'AVX2' } } },
      { ...run, arithmetic: { ...run.arithmetic, environment: { ONEDNN_MAX_CPU_ISA: 'SSE41' } } },
    ];
    expect(new Set([id, ...others.map(identity)]).size).toBe(others.length + 1);
  });

  it('is stable over time: a change here orphans every finished run', () => {
    expect(identity(run)).toMatchInlineSnapshot(`"3b903f22ef6a5733a4fe3aec75d912977ec53be3c9bb73cd10c6bd0563780f99"`);
  });

  it('shares its declaration over machines and data files', () => {
    const elsewhere = {
      ...run,
      data: { ...run.data, manifests: [] },
      arithmetic: { ...run.arithmetic, device: 'gpu' as const },
    };
    expect(declarationHash(elsewhere)).toBe(declarationHash(run));
    expect(declarationHash({ ...run, seeds: { ...run.seeds, training: 2 } })).not.toBe(declarationHash(run));
  });
});

describe('Result', () => {
  it('survives its own bytes', () => {
    const bytes = resultBytes(result());
    expect(bytes.endsWith('}\n')).toBe(true);
    expect(resultBytes(unsealed(Result, JSON.parse(bytes), 'result'))).toBe(bytes);
  });

  it('that was changed by a digit is refused', () => {
    const bytes = resultBytes(result());
    for (const text of [
      bytes.replace(/"value":\d/, '"value":9'),
      bytes.replace(/,"checksum":"[^"]*"|"checksum":"[^"]*",/, ''),
    ])
      expect(() => unsealed(Result, JSON.parse(text), 'result')).toThrow(
        'result was changed after it was written: its checksum is not that of what it says.',
      );
  });

  it.each<[string, Partial<Result>, RegExp]>([
    ['an edited run', { run: { ...run, testPoints: 20 } }, /identity: is not the identity of the run beside it/],
    ['more steps than there are', { steps: { done: 1001, total: 1000 } }, /beyond/],
    ['an early end called complete', { steps: { done: 10, total: 1000 } }, /'complete' after 10 of 1000 steps/],
    ['points that go back', { series: [series({ points: [[5, 1], [5, 2]] })] }, /series\.0\.points\.1: steps must increase/], // prettier-ignore
    ['points of steps not done', { series: [series({ points: [[1001, 1]] })] }, /series\.0\.points\.0: is beyond the 1000 steps/], // prettier-ignore
    ['a series twice', { series: [series(), series()] }, /series: has 'seen teacher' twice/],
    ['a number of evidence twice', { evidence: [KEPT, KEPT] }, /evidence: has 'kept' twice/],
    ['a percentage that is none', { evidence: [{ ...KEPT, unit: '%', value: 101 }] }, /evidence\.0\.value: must be a number in \[0, 100\]/], // prettier-ignore
    ['a way of summing that there is not', { series: [series({ summed: 'sum' as never })] }, /series\.0\.summed/],
    ['wall time, which belongs in run.json', { seconds: 3 } as Partial<Result>, /unknown key 'seconds'/],
  ])('refuses %s', (_what, changes, message) => {
    expect(() => parse(Result, result(changes), 'result')).toThrow(message);
  });
});

describe('a document of another format', () => {
  const refused = (format: string) => () => parse(Result, { format, curve: [], whatever: 1 }, 'old/result.json');

  it('is named as older, with what to do, and with nothing else that is wrong with it', () => {
    expect(refused('spatial-ensemble/result-1')).toThrow(
      /^old\/result\.json cannot be read:\n {2}- format: is spatial-ensemble\/result-1, and this version reads spatial-ensemble\/result-5\. `npm run convert -- FOLDER` [^\n]*$/,
    );
  });

  it('is named as newer, by its number and not by its letters', () => {
    expect(refused('spatial-ensemble/result-10')).toThrow(
      /format: is spatial-ensemble\/result-10, which a newer version wrote/,
    );
  });

  it('of another kind is what any wrong value is', () => {
    expect(refused('spatial-ensemble/plan-1')).toThrow(
      /is not valid:\n {2}- format: must be 'spatial-ensemble\/result-5'/,
    );
  });
});

describe('series of one name', () => {
  it('may be the student’s and the teacher’s', () => {
    const both = [series(), series({ whose: 'student' })];
    expect(parse(Result, result({ series: both }), 'result').series).toEqual(both);
  });
});

describe('RunInfo', () => {
  it('takes the facts of one execution', () => {
    const info = {
      format: 'spatial-ensemble/run-2',
      identity: identity(run),
      startedAt: '2025-01-02T03:04:05Z',
      seconds: 61.5,
      host: { os: 'linux', cpu: 'x86-64', cores: 2, memoryMb: 8000 },
      versions: { node: '20.20.2' },
      commit: null,
      sourceHash: null,
    };
    expect(parse(RunInfo, info, 'run.json')).toEqual(info);
    expect(() => parse(RunInfo, { ...info, startedAt: 'yesterday' }, 'run.json')).toThrow(/startedAt/);
  });
});
