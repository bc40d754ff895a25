import { PaperCell } from '@spatial-ensemble/record';
import { expect, it } from 'vitest';

import { paperText } from '../src/text.ts';

const cell = (metric: string | undefined, expected: number | null, source: string): PaperCell =>
  PaperCell.parse({ table: 'imagenet-linear', cell: 'one', expected, source, ...(metric && { metric }) });

it('names a source once, and measures that are not the headline', () => {
  const cells = [
    cell('linear-top1', null, 'not available to us'),
    cell('linear-top1', 72.7, 'Readme.md'),
    cell('linear-top5', 90.9, 'Readme.md'),
    cell(undefined, 67.5, 'README.md of MoCo'),
  ];
  expect(paperText(cells, 'linear-top1')).toBe(
    '72.7 %, linear-top5 90.9 % (Readme.md); 67.5 % (README.md of MoCo); not available to us',
  );
  expect(paperText([])).toBe('–');
});
