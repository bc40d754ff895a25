import { describe, expect, it } from 'vitest';

import { parseOverride, sweptValues } from '../src/index.ts';

describe('sweptValues', () => {
  it.each([
    ['m=0.9,0.97,0.99', [0.9, 0.97, 0.99]],
    ['m=0.9, 0.97', [0.9, 0.97]],
    ['m=-1,1e-3,null', [-1, 0.001, null]],
    ['whose=teacher,student', ['teacher', 'student']],
    ['widths=[1,2],[3,4]', [[1, 2], [3, 4]]], // prettier-ignore
    ['name="a,b","c"', ['a,b', 'c']],
    ['name="a\\",b","[","]"', ['a",b', '[', ']']],
    ['teacher={"kind":"tma","m":[1,2]},{"kind":"se"}', [{ kind: 'tma', m: [1, 2] }, { kind: 'se' }]], // prettier-ignore
  ])('reads the values of %s, each of which --set gives alone', (text, values) => {
    const swept = sweptValues(text)!;
    expect(swept.values.map(({ value }) => value)).toEqual(values);
    const path = [text.slice(0, text.indexOf('='))];
    expect(swept.values.map((one) => parseOverride(one.text))).toEqual(values.map((value) => ({ path, value })));
    expect(swept.values.map((one) => sweptValues(one.text))).toEqual(values.map(() => undefined));
  });

  it.each(['m=0.9', 'widths=[1,2]', 'name="a,b"', 'teacher={"kind":"tma","m":1}', 'a', '=1,2', 'a='])(
    'takes %s for one value or none',
    (text) => expect(sweptValues(text)).toBeUndefined(),
  );

  it.each([
    ['m=0.9,', 'a value is missing beside a comma'],
    ['m=,', 'a value is missing beside a comma'],
    ['m=0.9,0.90', '0.9 is there twice'],
    ['m=0.9,o.97', 'the values are of different types (number, string)'],
    ['w=[1,2],3', 'the values are of different types (list, number)'],
    ['folder=/a/b,c', "'/a/b' is no value"],
    ['widths=[1,2', "'[1,2' is no value"],
    ['name="a,b', "'\"a,b' is no value"],
    ['name=two words,b', "'two words' is no value"],
  ])('refuses %s, and says how it is written', (text, why) => {
    expect(() => sweptValues(text)).toThrow(`--set ${text}: ${why}. Several values are parted by commas`);
  });
});
