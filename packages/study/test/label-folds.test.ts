import { cifar10, stl10 } from '@spatial-ensemble/datasets';
import { expect, test } from 'vitest';
import { defineExperiment, resolveRuns } from '../src/index.ts';
import { RECIPE } from './typed-recipe.ts';

const fold = (n: number) => ({ indices: `splits/${n}.json`, sha256: String(n).repeat(64) });
const STUDY = {
  name: 'folds',
  title: 'Folds',
  paper: [] as [],
  cost: { hardware: 'none', basis: 'none' },
  data: { source: 'cifar10', labelled: { folds: { 1: fold(1), 2: fold(2) } }, heldOut: 0 },
  spec: { teacher: { kind: 'none' } },
  arms: { none: { title: 'none' } },
  seeds: [1, 2],
  tiers: { small: {} },
  headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
} as const;
const runsOf = (change: object, overrides: readonly string[] = []) =>
  resolveRuns(defineExperiment(RECIPE, { ...STUDY, seeds: [1, 2], ...change }, { dataSets: [cifar10, stl10] }), {
    overrides,
  });

test('each run has the labels of its split, and knows of no other', () => {
  expect(runsOf({}).map(({ data }) => data['labelled'])).toEqual([fold(1), fold(2)]);
  const alone = runsOf({ data: { ...STUDY.data, labelled: fold(2) } });
  expect(alone[1]!.declaration).toBe(runsOf({})[1]!.declaration);
});

test('trainings that are crossed with splits share the files of the splits', () => {
  const crossed = runsOf({ seeds: [1, 2, 3, 4], crossed: { splits: [1, 2], trainings: [7, 8] } });
  expect(crossed.map(({ data }) => data['labelled'])).toEqual([fold(1), fold(1), fold(2), fold(2)]);
});

test('a number of labels may be set in place of the files', () => {
  expect(runsOf({}, ['data.labelled=40']).map(({ data }) => data['labelled'])).toEqual([40, 40]);
});

test('a split without a file is refused, and so is what names none', () => {
  expect(() => runsOf({ seeds: [1, 3] })).toThrow('there is no file for the split of seed 3; there are 1, 2');
  const labelled = (folds: object) => () => runsOf({ data: { ...STUDY.data, labelled: { folds } } });
  expect(labelled({ 1: { indices: 'a.json' } })).toThrow(/data\.labelled\.folds\.1\.sha256/);
  expect(labelled({ first: fold(1) })).toThrow(/data\.labelled\.folds\.first.*must be a seed/s);
});

test('a data set’s own folds are named by the split’s number', () => {
  const own = runsOf({ data: { ...STUDY.data, source: 'stl10', labelled: 'folds' } });
  expect(own.map(({ data }) => data['labelled'])).toEqual([{ fold: 1 }, { fold: 2 }]);
  // 1,000 labels of 5,000, which only the images tell; and nothing is said to be wrong before they are here.
  expect(own[0]!.data).toMatchObject({ source: 'stl10', unlabelled: 'all', heldOut: 0 });
});
