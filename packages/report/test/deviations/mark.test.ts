import { describe, expect, test } from 'vitest';

import { marksOf } from '../../src/index.ts';

describe('the deviations that a file names', () => {
  test('end at a blank line, at the next one, at a tag, with the comment, and where code begins', () => {
    const text = [
      '/**',
      ' * What it is.',
      ' *',
      ' * DEVIATION: the first,',
      ' * in two lines.',
      ' * DEVIATION (byol, views.style=deepmind): the second.',
      ' *',
      ' * Something else.',
      ' * DEVIATION (none): the third.',
      ' * @param x anything',
      ' */',
      'f(x);',
      '  // DEVIATION: the fourth, which is',
      '  // long.',
      '  return x;',
      ' * DEVIATION: the fifth. */',
      'g(x);',
    ].join('\n');
    expect(marksOf('a.ts', text, 'moco').map(({ of, where, text: said }) => [said, of, where])).toEqual([
      ['the first, in two lines.', ['moco'], []],
      ['the second.', ['byol'], [{ path: 'views.style', value: 'deepmind' }]],
      ['the third.', ['none'], []],
      ['the fourth, which is long.', ['moco'], []],
      ['the fifth.', ['moco'], []],
    ]);
  });

  test('of Markdown end at a heading, a list, a table, a blank line', () => {
    const text = 'DEVIATION: one\nmore.\n- a list\n\nDEVIATION: two.\n# A heading\nDEVIATION: three';
    expect(marksOf('README.md', text, 'moco').map(({ text: said }) => said)).toEqual(['one more.', 'two.', 'three']);
  });

  test('conditions alone leave them where their file puts them', () => {
    expect(marksOf('a.ts', '// DEVIATION (optimiser.kind=sgd): x', 'byol')).toEqual([
      { file: 'a.ts', of: ['byol'], where: [{ path: 'optimiser.kind', value: 'sgd' }], text: 'x' },
    ]);
  });

  test('a word within a sentence or in quotes is none', () => {
    expect(marksOf('a.md', 'A departure carries `DEVIATION: ` and its reason.\n| a | DEVIATION: b |', 'x')).toEqual([]);
  });

  test.each([
    ['a mark that does not say what it reaches', '\n// DEVIATION: x', /^a\.ts:2: say what this reaches/],
    ['a condition that is none', '// DEVIATION (byol, =sgd): x', /^a\.ts:1: '=sgd' is no `key=value`/],
  ])('%s is refused by its place', (_what, text, message) => {
    expect(() => marksOf('a.ts', text, undefined)).toThrow(message);
  });
});
