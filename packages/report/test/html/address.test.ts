import { expect, it } from 'vitest';

import { addressIn } from '../../src/html/address.ts';

const PLACES = new Map([
  ['index.md', 'main'],
  ['paper.md', 'paper'],
  ['quick/index.md', 'quick'],
]);

it.each([
  ['paper.md', '', '#paper'],
  ['quick/index.md', '', '#quick'],
  ['quick/index.md#labels-40-small', '', '#quick-labels-40-small'],
  ['../paper.md#d3', 'quick/', '#paper-d3'],
  ['table.csv', 'quick/', 'quick/table.csv'],
  ['./table.csv', 'quick/', 'quick/table.csv'],
  ['../../experiments/a/result.json', 'quick/', '../experiments/a/result.json'],
  ['README.md#claims', '', 'README.md#claims'],
  ['https://a.org/b/../c#d', 'quick/', 'https://a.org/b/../c#d'],
  ['javascript:alert(1)', '', '#'],
  ['data:text/html,x', '', '#'],
])('%s of a page in %j leads to %s', (url, folder, address) => {
  expect(addressIn(url, folder, PLACES)).toBe(address);
});
