import { describe, expect, test } from 'vitest';

import { parse, seedsOfRun, Study, type StudyInput } from '../src/index.ts';

const CROSSED = { splits: [5, 6, 7], trainings: [1, 2] };
const study = (changes: Partial<StudyInput> = {}): Study =>
  parse(
    Study,
    {
      name: 'tiny',
      title: 'Tiny',
      paper: [],
      cost: { hardware: '2 CPU cores', basis: 'guessed' },
      method: 'slope',
      data: { source: 'fashion-mnist' },
      spec: {},
      arms: { sts: { title: 'STS' }, tma: { title: 'TMA' } },
      seeds: [1, 2, 3, 4, 5, 6],
      crossed: CROSSED,
      tiers: { small: {} },
      headline: { metric: 'accuracy', whose: 'teacher', rule: 'last' },
      ...changes,
    },
    'the study',
  );

describe('crossed seeds', () => {
  test('name pairs of a split and a training, all trainings of a split together', () => {
    const of = study();
    const pairs = of.seeds.map((seed) => seedsOfRun(of, seed));
    expect(pairs.map(({ split, weights, training }) => [split, weights, training])).toEqual([
      [5, 1, 1],
      [5, 2, 2],
      [6, 1, 1],
      [6, 2, 2],
      [7, 1, 1],
      [7, 2, 2],
    ]);
    expect(() => seedsOfRun(of, 7)).toThrow(/there is no seed 7\. .*Valid here: 1, 2, 3, 4, 5, 6/);
  });

  test('are the seed itself where nothing is crossed, but for what the study keeps', () => {
    expect(seedsOfRun({ seeds: [1] }, 9)).toEqual({ split: 9, weights: 9, training: 9 });
    expect(seedsOfRun({ seeds: [1], fixedSeeds: { split: 4 } }, 9)).toEqual({ split: 4, weights: 9, training: 9 });
  });

  test('are refused where seeds and pairs are not as many, or something else gives a part its seed', () => {
    const levels = [{ arm: 'tma', level: 0 }, { arm: 'sts', level: 1 }]; // prettier-ignore
    const factors = { p: { title: 'p', series: [{ title: 'x', levels }], seeds: 2, stopping: 'after two' } };
    const refused: readonly [Partial<StudyInput>, RegExp][] = [
      [{ seeds: [1, 2, 3] }, /seeds: are 3, and 3 splits by 2 trainings are 6 pairs/],
      [{ crossed: { ...CROSSED, trainings: [1] } }, /crossed\.trainings/],
      [{ crossed: { ...CROSSED, splits: [5, 5, 6] } }, /crossed\.splits: names a seed twice/],
      [{ fixedSeeds: { split: 1 } }, /fixedSeeds: are of no use beside crossed seeds/],
      [{ tiers: { small: { seeds: [1, 8] } } }, /tiers\.small\.seeds: the seed 8 names no pair/],
      [{ factors }, /factors: are blocked by seed/],
    ];
    for (const [changes, message] of refused) expect(() => study(changes)).toThrow(message);
  });
});
