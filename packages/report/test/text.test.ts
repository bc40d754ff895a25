import { PaperCell, type Tier } from '@spatial-ensemble/record';
import { expect, it } from 'vitest';

import type { RunOfArm } from '../src/states.ts';
import { paperText, statesText } from '../src/text.ts';
import { plan } from './synthetic.ts';

const cell = (metric: string | undefined, expected: number | null, source: string): PaperCell =>
  PaperCell.parse({ table: 'imagenet-linear', cell: 'one', expected, source, ...(metric && { metric }) });

it('names a source once, and measures that are not the headline', () => {
  const cells = [
    cell('linear-top1', null, 'not available to us'),
    cell('linear-top1', 72.7, 'Readme.md'),
    cell('linear-top5', 90.9, 'Readme.md'),
    { ...cell(undefined, 67.5, 'README.md of MoCo'), rule: 'best-on-test' as const },
  ];
  expect(paperText(cells, 'linear-top1')).toBe(
    '72.7 %, linear-top5 90.9 % (Readme.md); 67.5 % best-on-test (README.md of MoCo); not available to us',
  );
  expect(paperText([])).toBe('–');
});

it('gathers the seeds of one state', () => {
  const run = (seed: number, elsewhere: Tier[]): RunOfArm => ({
    planned: plan({}, [seed]).runs[0]!,
    state: { kind: 'not run', elsewhere },
    others: [],
  });
  expect(statesText([run(1, ['small']), run(2, ['small']), run(3, [])])).toBe(
    'seeds 1, 2 not run (different tier: small); seed 3 not run',
  );
});
