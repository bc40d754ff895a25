import { expect, test } from 'vitest';

import { wiringProblems } from '../src/wiring.ts';

const WIRED = { small: { wiring: 'features stay below raw pixels' }, gpu: {} };

test('nothing is asked at a tier that is wiring', () => {
  const claims = { everywhere: {}, small: { tiers: ['small'] }, gpu: { tiers: ['gpu'] } };
  expect(wiringProblems({ tiers: WIRED, claims }).map(([path]) => path)).toEqual([
    ['claims', 'everywhere', 'tiers'],
    ['claims', 'small', 'tiers'],
  ]);
  expect(wiringProblems({ tiers: WIRED, factors: { p: {} }, failures: { se: {} } }).map(([path]) => path)).toEqual([
    ['factors', 'p'],
    ['failures', 'se'],
  ]);
  expect(wiringProblems({ tiers: { small: {}, gpu: {} }, claims, factors: { p: {} } })).toEqual([]);
});
