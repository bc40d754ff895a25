import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import {
  hash,
  type JsonObject,
  parse,
  Result,
  resultBytes,
  sealed,
  shortIdentity,
  Study,
} from '@spatial-ensemble/record';
import { readPlan } from '@spatial-ensemble/store';
import { describe, expect, test } from 'vitest';

import { converted } from '../convert/convert.ts';
import { measured } from '../convert/measured.ts';
import { planOf } from '../convert/plan.ts';
import { renamed } from '../convert/renamed.ts';
import { seriesOfCurve } from '../convert/result-2.ts';
import { seedsOfParts } from '../convert/result-3.ts';

const ROOT = resolve(import.meta.dirname, '../..');

// One accepted result as format 1 had it, cut to a few points.
const OLD = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/result-1.json'), 'utf8')) as JsonObject;

describe('a result of format 1', () => {
  // Of the step to format 2 alone: what comes later has its own tests.
  const after = seriesOfCurve(OLD);
  const result = after as unknown as Result;

  test('has a series for each column of its curve, with the points of that column', () => {
    expect(result.series.map(({ name, whose, unit, points }) => [name, whose, unit, points])).toEqual([
      ['heldOutAccuracy', 'student', '%', [[0, 8.5], [18, 41], [36, 38.5]]],
      ['heldOutAccuracy', 'teacher', '%', [[0, 8.5], [18, 32], [36, 12.5]]],
      ['loss', 'student', 'nats', [[36, 0.9025]]],
      ['maskRate', 'none', '%', [[36, 0.25]]],
      ['acceptedAccuracy', 'none', '%', [[36, 75]]],
      ['distance', 'teacher', '', [[36, 0.0625]]],
    ]); // prettier-ignore
  });

  test('has its evidence by name, the weights apart', () => {
    expect(result.evidence.map(({ name, over, value }) => [name, over, value])).toEqual([
      ['effectiveMomentum', 'schedule', 0.99],
      ['maskRate', 'last-tenth', 58.5],
      ['meanAge', 'schedule', 99],
      ['acceptedAccuracy', 'last-tenth', 84.25],
      ['preserveRate', 'all', 0.5],
    ]);
    expect(result.weights).toBe('f'.repeat(64));
  });

  test('has its measures as they were, with titles, and is the same run', () => {
    expect(result.measures).toEqual([
      { name: 'probe', title: 'probe accuracy', whose: 'teacher', split: 'test', rule: 'last', value: 73.82, unit: '%', n: 100 },
      { name: 'knn-untrained', title: 'nearest neighbours (k = 20), untrained', whose: 'none', split: 'test', rule: 'last', value: 64.79, unit: '%', n: 100 },
      { name: 'linear-top5', title: 'linear top-5', whose: 'teacher', split: 'test', rule: 'last', value: 99, unit: '%', n: 100 },
    ]); // prettier-ignore
    expect(result.identity).toBe(OLD['identity']);
    expect(result.run).toEqual(OLD['run']);
  });

  test('has no other number, and one of the newest format is left as it is', () => {
    expect(measured(after)).toEqual(measured(OLD));
    const newest = converted(OLD);
    expect(measured(newest)).toEqual(measured(OLD));
    expect(converted(newest)).toBe(newest);
  });

  test('with what format 1 did not have is refused', () => {
    const curve = [{ step: 1, wobble: 2 }];
    expect(() => converted({ ...OLD, curve })).toThrow(/'wobble' is not known of format 1/);
  });
});

test('format 3 has a seed for each part, the number that was one for all', () => {
  const { run } = seedsOfParts(seriesOfCurve(OLD)) as unknown as Result;
  const { seed } = OLD['run'] as unknown as { readonly seed: number };
  expect(run.seeds).toEqual({ split: seed, weights: seed, training: seed });
  expect([run.testPoints, run.arithmetic.numerics]).toEqual([1, 0]);
});

const { variant: _variant, ...RUN } = OLD['run'] as JsonObject;
const OLD_RUN = { ...RUN, study: 'tiny', tier: 'small', arm: 'sts', seed: 1 };

/** A plan of format 1. */
const OLD_PLAN = {
  format: 'spatial-ensemble/plan-1',
  study: {
    name: 'tiny',
    title: 'Tiny',
    paper: [],
    cost: { hardware: '2 CPU cores', basis: 'guessed' },
    method: 'fixmatch',
    data: { source: 'fashion-mnist' },
    spec: {},
    evaluations: { linear: { title: 'linear', method: 'linear', network: 'teacher', spec: {} } },
    arms: { sts: { title: 'STS' }, tma: { title: 'TMA' } },
    seeds: [1],
    tiers: { small: {} },
    headline: { metric: 'accuracy', network: 'teacher', rule: 'last' },
  },
  method: { name: 'fixmatch', version: 1 },
  evaluations: { linear: { name: 'linear', version: 1 } },
  runs: [
    { tier: 'small', arm: 'sts', seed: 1, declaration: 'a'.repeat(64), steps: 36 },
    { tier: 'small', arm: 'sts', seed: 1, evaluation: 'linear', declaration: 'b'.repeat(64), steps: 36 },
    { tier: 'small', arm: 'tma', seed: 1, declaration: 'c'.repeat(64), steps: 36 },
  ],
};

const HEADLINE = { metric: 'accuracy', whose: 'teacher', rule: 'last' };

test('what is held to be measured sees every number', () => {
  const changed = (change: (text: string) => string) => JSON.parse(change(JSON.stringify(OLD))) as JsonObject;
  for (const [number, other] of [
    ['73.82', '73.83'],
    ['0.9025', '0.9026'],
    ['84.25', '84.26'],
    ['"step":18', '"step":19'],
  ] as const)
    // prettier-ignore
    expect(measured(changed((text) => text.replace(number, other)))).not.toEqual(measured(OLD));
});

test('the command rewrites what is older, and says that no number changed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'convert-'));
  try {
    // A run, the same one under another arm's name, and one that starts from its weights.
    const earlier = { ...OLD, run: OLD_RUN };
    const later = {
      ...OLD,
      identity: 'e'.repeat(64),
      run: { ...OLD_RUN, evaluation: 'linear', from: OLD['identity']! },
    };
    const twin = { ...earlier, run: { ...OLD_RUN, arm: 'tma' } };
    const small = join(folder, 'tiny', 'small');
    for (const [name, document] of [['run', earlier], ['twin', twin], ['later', later]] as const) {
      mkdirSync(join(small, name), { recursive: true });
      writeFileSync(join(small, name, 'result.json'), JSON.stringify(document));
    } // prettier-ignore
    writeFileSync(join(folder, 'tiny', 'study.json'), JSON.stringify(OLD_PLAN));
    writeFileSync(join(small, 'run', 'run.json'), JSON.stringify({ identity: OLD['identity'], seconds: 3 }));
    const run = () =>
      spawnSync(process.execPath, ['--import', 'tsx', '--conditions=@spatial-ensemble/source', 'tools/convert/cli.ts', folder], { cwd: ROOT, encoding: 'utf8' }).stdout; // prettier-ignore
    expect(run()).toMatch(
      /^3 of 3 results .* rewritten, and 1 plans; as before: 9 measures, 30 points, 15 numbers of evidence\n$/,
    );
    const [first, second] = renamed([earlier, later].map((document) => converted(document))).map(({ document }) =>
      parse(Result, document, 'result'),
    );
    const at = (result: Result) => join(folder, result.run.method.name, shortIdentity(result.identity));
    expect(readdirSync(folder).toSorted()).toEqual([first!.run.method.name, 'tiny']);
    for (const result of [first!, second!])
      expect(readFileSync(join(at(result), 'result.json'), 'utf8')).toBe(resultBytes(result));
    expect(second!.run.from).toBe(first!.identity);
    expect(JSON.parse(readFileSync(join(at(first!), 'run.json'), 'utf8'))).toEqual(
      sealed({ identity: first!.identity, format: 'spatial-ensemble/run-2', seconds: 3 }),
    );
    // The plan says which of them stands where, as they did themselves.
    const file = join(folder, 'tiny', 'study.json');
    const plan = await readPlan(file);
    expect(plan.study.headline.whose).toBe('teacher');
    expect(plan.declared.after).toEqual([first!.identity, second!.identity].toSorted());
    expect(plan.runs.map(({ arm, evaluation, identities }) => [arm, evaluation, identities])).toEqual([
      ['sts', undefined, [first!.identity]],
      ['sts', 'linear', [second!.identity]],
      ['tma', undefined, [first!.identity]],
    ]);
    expect(run()).toMatch(/^0 of 2 results/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a plan of format 2 gets a checksum', async () => {
  const { evaluations: _, ...withoutEvaluations } = OLD_PLAN.study;
  const study = parse(Study, { ...withoutEvaluations, headline: HEADLINE }, 'the study');
  const { method, runs } = OLD_PLAN;
  const old = { study, method, declared: { hash: hash(study), after: [] }, format: 'spatial-ensemble/plan-2', runs: runs.flatMap((run) => run.evaluation === undefined ? [{ ...run, identities: [] }] : []) }; // prettier-ignore
  const plan = planOf(old as unknown as JsonObject, [], 'study.json');
  expect(plan).toEqual({ ...old, format: 'spatial-ensemble/plan-3' });
  expect(planOf(plan as unknown as JsonObject, [], 'study.json')).toBeUndefined();
});

test('a tolerance without a source is left out, since it judges nothing now', () => {
  const { evaluations: _, ...withoutEvaluations } = OLD_PLAN.study;
  const cell = { table: 'fixmatch', cell: 'one', expected: 90, unit: '%', source: 'Table 1' };
  const sourced = { ...cell, cell: 'two', tolerance: { value: 1, source: 'Table 2' } };
  const now = parse(Study, { ...withoutEvaluations, headline: HEADLINE, paper: [cell, sourced] }, 'the study');
  const study = { ...now, paper: [{ ...cell, tolerance: 0.3 }, sourced] };
  const rest = { format: 'spatial-ensemble/plan-3', method: OLD_PLAN.method, runs: [] };
  const after = ['a'.repeat(64)];
  const old = sealed({ ...rest, study, declared: { hash: hash(study), after } });
  const plan = planOf(old as unknown as JsonObject, [], 'study.json');
  expect(plan).toEqual({ ...rest, study: now, declared: { hash: hash(now), after } });
  expect(planOf(sealed(plan!) as unknown as JsonObject, [], 'study.json')).toBeUndefined();
});

test('accepted results are of the newest format', () => {
  const folder = join(ROOT, 'experiments/results');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('result.json'),
  );
  expect(files.length).toBeGreaterThan(50);
  for (const file of files) {
    const document = JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonObject;
    expect(converted(document), file).toBe(document);
  }
});
