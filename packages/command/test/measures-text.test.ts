import type { Along, Measure } from '@spatial-ensemble/record';
import { describe, expect, it } from 'vitest';
import { marginLines, measuresText } from '../src/measures-text.ts';

function measure(name: string, value: number, more: Partial<Measure> = {}): Measure {
  return { name, title: name, whose: 'teacher', split: 'test', rule: 'last', value, unit: '%', n: 10, ...more };
}
const place = (at: number): Along => ({
  name: 'falling',
  title: 'falling',
  axes: [{ axis: 'distance', unit: 'm', at }],
});
const many = (n: number, more: Partial<Measure> = {}) => Array.from({ length: n }, (_, i) => measure(`m${i}`, i, more));

describe('what a run came to, in a line', () => {
  it('is every measure of few, whoever they are of', () => {
    const both = [measure('accuracy', 71.5), measure('accuracy', 68, { whose: 'student' })];
    expect(measuresText(both)).toBe('accuracy: teacher 71.50 %, student 68.00 %');
    expect(measuresText([measure('falling-1', 3, { along: place(1) })])).toBe('falling-1: teacher 3.00 %');
    expect(measuresText([])).toBe('finished');
  });

  it('is the first of many that belong to no curve, and the number of the others', () => {
    const curve = [1, 2, 3].map((at) => measure(`falling-${at}`, at, { along: place(at) }));
    const line = measuresText([measure('first', 1), ...curve, ...many(20)]);
    expect(line).toMatch(/^first: teacher 1\.00 %; m0: .*; m8: teacher 8\.00 %; 14 more \(`show` lists all\)$/);
    expect(line).not.toContain('falling');
    expect(measuresText([...curve, ...many(20)], { all: true }).split('; ')).toHaveLength(23);
    // Of curves alone it is their beginning.
    expect(measuresText(many(12, { along: place(1) }))).toMatch(/m9: .*; 2 more/);
  });

  it('says of no curve what it is to be read against', () => {
    const untrained = { whose: 'none' } as const;
    const lines = marginLines([
      measure('knn', 70),
      measure('knn-untrained', 60, untrained),
      measure('falling-1', 9, { along: place(1) }),
      measure('falling-1-untrained', 8, { ...untrained, along: place(1) }),
    ]);
    expect(lines).toEqual(['knn, teacher: 70.00 %; untrained 60.00 (+10.00)']);
  });
});
