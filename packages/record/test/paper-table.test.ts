import { describe, expect, it } from 'vitest';

import { PaperTable, parse } from '../src/index.ts';

const cell = {
  id: 'sts-200',
  row: 'BYOL + STS',
  column: '200 epochs',
  value: 72.7 as number | null,
  status: 'verified',
  origin: "the paper's official code",
  source: 'Readme.md line 58' as string | null,
};
const table = { format: 'spatial-ensemble/paper-table-1', id: 'imagenet', title: 'ImageNet', cells: [cell] };

describe('PaperTable', () => {
  it('takes a number with its source, and the absence of one', () => {
    const absent = { ...cell, id: 'se-200', value: null, status: 'not available to us', source: null };
    expect(parse(PaperTable, { ...table, cells: [cell, absent] }, 'table').cells).toHaveLength(2);
  });

  it.each([
    ['a number that nobody verified', { status: 'not available to us' }, /only such a cell/],
    ['a gap called verified', { value: null, source: null }, /only such a cell/],
    ['a number without a source', { source: null }, /a number needs a source/],
  ])('refuses %s', (_what, changes, message) => {
    expect(() => parse(PaperTable, { ...table, cells: [{ ...cell, ...changes }] }, 'table')).toThrow(message);
  });

  it('refuses two cells of one id', () => {
    expect(() => parse(PaperTable, { ...table, cells: [cell, cell] }, 'table')).toThrow(/two cells share an id/);
  });
});
