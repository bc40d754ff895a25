import { fashionMnist } from '@spatial-ensemble/datasets';
import type { StudyInput } from '@spatial-ensemble/record';
import { describe, expect, test } from 'vitest';
import { defineExperiment, plannedRuns, resolveRuns } from '../src/index.ts';
import { RECIPE } from './typed-recipe.ts';

const CELL = { table: 't', cell: 'c', arm: 'tma', expected: 90, source: 's' };
const STUDY = {
  name: 'typed',
  title: 'Typed',
  paper: [{ ...CELL, variant: 'few', recipe: 'official' }] as StudyInput['paper'],
  recipes: {
    official: {
      title: 'the official code',
      source: 'a/b@c',
      spec: { teacher: { kind: 'none' }, sizes: [1, 2] },
      data: { heldOut: 0 },
    },
  },
  cost: { hardware: 'none', basis: 'none' },
  data: { source: 'fashion-mnist', images: 'embedded', labelled: 100, heldOut: 500 },
  spec: { steps: 20, teacher: { kind: 'tma', momentum: 0.5 } },
  arms: { tma: { title: 'TMA' }, none: { title: 'none', patch: { spec: { teacher: { kind: 'none' } } } } },
  variants: { few: { title: 'few' }, many: { title: 'many', patch: { data: { labelled: 1000 } } } },
  seeds: [1] as number[],
  tiers: { paper: {}, small: {} },
  headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
} as const;
const CODE = { dataSets: [fashionMnist] };

function departuresOf(tier: 'paper' | 'small', study: object = {}) {
  const experiment = defineExperiment(RECIPE, { ...STUDY, paper: [...STUDY.paper], seeds: [1], ...study }, CODE);
  return ['few', 'many'].flatMap((variant) =>
    plannedRuns(resolveRuns(experiment, { tier, variant })).map(({ arm, departures }) => [variant, arm, departures]),
  );
}

const MET = {
  met: { kind: 'anchor', title: 'the number is met', arm: 'tma', expected: 1, source: 'a paper' },
} as const;

describe('where a run departs from what a published number was made with', () => {
  const found = [
    { recipe: 'official', path: 'steps', published: 10, here: 20 },
    { recipe: 'official', path: 'teacher.kind', published: 'none', here: 'tma' },
    { recipe: 'official', path: 'teacher.momentum', here: 0.5 },
    { recipe: 'official', path: 'data.heldOut', published: 0, here: 500 },
  ];

  test('each setting of the arm and variant whose cell names the recipe, the method’s own values among them', () => {
    expect(departuresOf('paper')).toEqual([
      ['few', 'tma', found],
      ['few', 'none', undefined],
      ['many', 'tma', undefined],
      ['many', 'none', undefined],
    ]);
  });

  test('a cell without a variant is of the first; a smaller tier stands beside no published number', () => {
    expect(departuresOf('paper', { paper: [{ ...CELL, recipe: 'official' }] })[0]).toEqual(['few', 'tma', found]);
    expect(departuresOf('small').map(([, , departures]) => departures)).toEqual(Array(4).fill(undefined));
  });

  test('of a recipe that a gate holds an arm against: that arm’s at that tier, in whatever variant', () => {
    const anchors = { tier: 'small', arm: 'tma' };
    const study = { paper: [], recipes: { official: { ...STUDY.recipes.official, anchors } }, gates: MET };
    expect(departuresOf('small', study)).toEqual([
      ['few', 'tma', found],
      ['few', 'none', undefined],
      ['many', 'tma', [...found]],
      ['many', 'none', undefined],
    ]);
    expect(departuresOf('paper', study).map(([, , departures]) => departures)).toEqual(Array(4).fill(undefined));
  });

  test('the very same settings are none', () => {
    const recipes = {
      official: { title: 'a', source: 'a', spec: { steps: 20, teacher: { kind: 'tma', momentum: 0.5 } } },
    };
    expect(departuresOf('paper', { recipes })[0]).toEqual(['few', 'tma', undefined]);
  });

  test.each([
    [
      'a recipe behind a number that no gate holds the arm against',
      { recipes: { official: { ...STUDY.recipes.official, anchors: { tier: 'small', arm: 'none' } } }, gates: MET },
      "no gate holds the arm 'none' against a published number",
    ],
    [
      'a recipe that is not declared',
      { paper: [{ ...CELL, recipe: 'officiel' }] },
      "no recipe is called 'officiel'. Did you mean 'official'?",
    ],
    ['a cell of no arm', { paper: [{ ...CELL, arm: undefined, recipe: 'official' }] }, 'name the cell’s arm'],
    [
      'a recipe of an arm that is not declared',
      { recipes: { official: { ...STUDY.recipes.official, anchors: { tier: 'small', arm: 'tna' } } } },
      "no arm is called 'tna'. Did you mean 'tma'?",
    ],
    [
      'a setting that the method does not know',
      { recipes: { official: { title: 'a', source: 'a', spec: { step: 1, teacher: { kind: 'none' } } } } },
      'the recipe official of typed',
    ],
  ])('%s is refused', (_what, study, message) => {
    expect(() => departuresOf('paper', study)).toThrow(message);
  });
});
