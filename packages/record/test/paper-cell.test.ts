import { expect, it } from 'vitest';

import { PaperCell, parse } from '../src/index.ts';

const cell = { table: 'fixmatch', cell: 'fixmatch-cifar10-40', expected: 86.19 as number | null, source: 'Table 2' };
const tolerance = { value: 0.3, source: 'five runs in its Readme.md' };
const spread = { standardDeviation: 3.37, runs: 5, source: 'Table 2' };

it('takes a number with a tolerance, with the spread of its runs, or with neither', () => {
  for (const more of [{ tolerance }, { spread }, {}, { rule: 'best-on-test' }, { expected: null }])
    expect(parse(PaperCell, { ...cell, ...more }, 'cell')).toEqual({ ...cell, ...more, unit: '%' });
});

it.each([
  [
    'a tolerance that nobody gave',
    { tolerance: 0.3 },
    /tolerance: must be an object with the keys value, source, got 0\.3/,
  ],
  ['a tolerance without a source', { tolerance: { value: 0.3 } }, /tolerance\.source/],
  ['both', { tolerance, spread }, /leave one of both out/],
  ['a tolerance of no number', { expected: null, tolerance }, /is not known/],
  ['a spread of one run', { spread: { ...spread, runs: 1 } }, /spread\.runs/],
])('refuses %s', (_what, changes, message) => {
  expect(() => parse(PaperCell, { ...cell, ...changes }, 'cell')).toThrow(message);
});
