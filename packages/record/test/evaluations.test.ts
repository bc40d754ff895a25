import { describe, expect, it } from 'vitest';

import {
  declarationHash,
  hash,
  identity,
  isBaseline,
  marginsOf,
  type Measure,
  parse,
  type RunSpec,
  Study,
  type StudyInput,
} from '../src/index.ts';
import { ARITHMETIC as arithmetic } from './arithmetic.ts';

const run: RunSpec = {
  method: { name: 'byol', version: 1 },
  spec: { steps: 1000 },
  seeds: { split: 1, weights: 1, training: 1 },
  testPoints: 1,
  data: { declared: { source: 'fashion-mnist' }, manifests: [] },
  arithmetic,
};
const knn = { name: 'knn', version: 1, spec: { k: 200 } };

describe('the identity of a run', () => {
  it('has no trace of evaluations and measurements where there are none', () => {
    const { method, spec, seeds, testPoints, data } = run;
    expect(identity(run)).toBe(hash({ method, spec, seeds, testPoints, data, arithmetic }));
    expect(declarationHash(run)).toBe(hash({ method, spec, seeds, testPoints, data: data.declared }));
    expect(declarationHash({ ...run, measurements: undefined })).toBe(declarationHash(run));
  });

  it('changes with what is measured, with the source and with micro-batches', () => {
    const changes: Partial<RunSpec>[] = [
      { measurements: { knn } },
      { measurements: { knn: { ...knn, version: 2 } } },
      { measurements: { knn: { ...knn, spec: { k: 20 } } } },
      { from: 'a'.repeat(64) },
      { arithmetic: { ...arithmetic, microBatch: 32 } },
    ];
    expect(new Set([run, ...changes.map((change) => ({ ...run, ...change }))].map(identity)).size).toBe(6);
    expect(declarationHash({ ...run, measurements: { knn } })).not.toBe(declarationHash(run));
    const started: RunSpec = { ...run, from: 'a'.repeat(64) };
    expect(declarationHash(started)).toBe(declarationHash(run));
  });
});

describe('a study', () => {
  const study: StudyInput = {
    name: 'byol-imagenet',
    title: 'BYOL',
    paper: [],
    cost: { hardware: 'a GPU', basis: 'a quarter of its peak', flopPerSecond: 15e12 },
    method: 'byol',
    data: { source: 'imagenet' },
    spec: {},
    arms: { sts: { title: 'STS' } },
    evaluations: { linear: { title: 'linear evaluation', method: 'linear', whose: 'teacher', spec: {} } },
    measurements: { knn: { k: 200 } },
    seeds: [1],
    tiers: { small: { patch: { evaluations: { linear: { spec: { epochs: 2 } } }, measurements: { knn: { k: 20 } } } } },
    headline: { metric: 'linear-top1', whose: 'teacher', rule: 'last' },
  };

  it('changes what it declares, and nothing else', () => {
    expect(parse(Study, study, 'study').evaluations!['linear']!.whose).toBe('teacher');
    const arms = { sts: { title: 'STS', patch: { measurements: { kn: {} } } } };
    expect(() => parse(Study, { ...study, arms }, 'study')).toThrow(
      /arms\.sts\.patch\.measurements\.kn: changes what is not declared\. Did you mean 'knn'/,
    );
    const variants = { long: { title: 'long', patch: { evaluations: { probe: { spec: {} } } } } };
    expect(() => parse(Study, { ...study, variants }, 'study')).toThrow(/variants\.long\.patch\.evaluations\.probe/);
    const evaluations = { linear: { ...study.evaluations!['linear']!, whose: 'none' as never } };
    expect(() => parse(Study, { ...study, evaluations }, 'study')).toThrow(/evaluations\.linear\.whose/);
    const nowhere = { linear: { ...study.evaluations!['linear']!, tiers: [] } };
    expect(() => parse(Study, { ...study, evaluations: nowhere }, 'study')).toThrow(/evaluations\.linear\.tiers/);
  });
});

describe('margins', () => {
  const of = (name: string, whose: Measure['whose'], value: number, change: Partial<Measure> = {}): Measure => ({
    name,
    title: name,
    whose,
    value,
    split: 'test',
    rule: 'last',
    unit: '%',
    n: 100,
    ...change,
  });

  it('pair every measure with the baselines of the same name, images and rule', () => {
    const measures = [
      of('accuracy', 'teacher', 50),
      of('knn', 'teacher', 74),
      of('knn', 'student', 73),
      of('knn-20', 'teacher', 79),
      of('knn-untrained', 'none', 60),
      of('knn-pixels', 'none', 72),
      of('knn-20-pixels', 'none', 79.9),
      of('knn-untrained', 'none', 1, { split: 'held-out' }),
      of('linear-top1', 'teacher', 80, { rule: 'median-last-20' }),
      of('linear-top1-untrained', 'none', 60),
    ];
    const values = marginsOf(measures).map(({ measure, baselines }) => [
      measure.value,
      baselines.untrained?.value,
      baselines.pixels?.value,
    ]);
    expect(values).toEqual([
      [74, 60, 72],
      [73, 60, 72],
      [79, undefined, 79.9],
    ]);
    expect(measures.filter(isBaseline)).toHaveLength(5);
  });

  it('take no number of a network for a baseline', () => {
    expect(marginsOf([of('knn', 'teacher', 74), of('knn-untrained', 'student', 60)])).toEqual([]);
  });
});
