import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { assemble } from '../site/assemble.ts';
import { literalComments } from '../site/documentation.ts';
import { fieldsOf, type Schema } from '../site/fields.ts';
import { withAddresses } from '../site/links.ts';
import { OUTLINE } from '../site/outline.ts';
import { section } from '../site/section.ts';

describe('the pages of the site', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'docs-pages-'));
    assemble(join(folder, 'pages'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (page: string): string => readFileSync(join(folder, 'pages', `${page}.md`), 'utf8');

  test('are all there, and every link of theirs leads to a page, a source or a picture that is', () => {
    const pages = join(folder, 'pages');
    const files = new Set(readdirSync(pages, { recursive: true, encoding: 'utf8' }));
    for (const { entries } of OUTLINE)
      for (const { page, file } of entries) if (file !== undefined) expect(files).toContain(`${page}.md`);
    // What other generators write.
    const later = /^(api\/|reference\/(spec-|command-line|study|data-sets))/;
    let links = 0;
    for (const file of files) {
      if (!file.endsWith('.md') || file.startsWith('source/')) continue;
      withAddresses(readFileSync(join(pages, file), 'utf8'), ({ url }) => {
        if (/^[a-z]+:|^#/.test(url)) return url;
        const path = url
          .split('#')[0]!
          .slice(1)
          .replace(/\.html$/, '');
        links++;
        if (!later.test(path)) expect(files.has(`${path}.md`) || [path, `${path}.html`].some((one) => existsSync(join(folder, 'public', one))), `${file}: ${url}`).toBe(true); // prettier-ignore
        return url;
      });
    }
    expect(links).toBeGreaterThan(100);
  });

  test('hold the sections and files that they include', () => {
    expect(read('how-to/gpu')).toContain('takes the first GPU');
    expect(read('how-to/gpu')).not.toContain('<!-- include');
    expect(read('how-to/own-method')).toContain('export function dinoOf');
    expect(read('how-to/own-method')).not.toContain('<!-- code');
  });
});

test('addresses are changed where they stand, and nowhere else', () => {
  const text = '# a.md\n\n[`a.md`](a.md), ![a.md](a.md "a.md"), [![x](a.md)](b.md)\n\n`[a](a.md)`\n\n[r]: a.md\n';
  const changed = withAddresses(text, ({ url, isImage }) => (url === 'a.md' ? (isImage ? '/i' : '/page') : url));
  expect(changed).toBe(
    '# a.md\n\n[`a.md`](/page), ![a.md](/i "a.md"), [![x](/i)](b.md)\n\n`[a](a.md)`\n\n[r]: /page\n',
  );
});

test('a section ends where the next of its level begins', () => {
  const text = '# T\n\n## One\n\na\n\n### Inner\n\nb\n\n## Two\n\nc\n';
  expect(section(text, 'One')).toBe('a\n\n### Inner\n\nb');
  expect(section(text, 'Two')).toBe('c');
  expect(() => section(text, 'Three')).toThrow(/there are 0: T, One, Inner, Two/);
});

test('fields of a spec have what the schema allows and its defaults', () => {
  const schema = z.strictObject({
    steps: z.int().positive().default(10),
    share: z.number().min(0).lt(1),
    side: z.union([z.int().positive(), z.tuple([z.number(), z.number()])]).default(4),
    inner: z.strictObject({ flip: z.boolean().default(true) }).prefault({}),
    teacher: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('none') }),
        z.strictObject({ kind: z.literal('tma'), m: z.number().max(1).default(0.9) }),
        z.strictObject({ kind: z.literal('sts'), m: z.number().max(1).default(0.9), unit: z.enum(['a', 'b']) }),
      ])
      .prefault({ kind: 'tma' }),
  });
  const fields = fieldsOf(z.toJSONSchema(schema, { io: 'input' }) as Schema);
  expect(fields).toEqual([
    { path: 'steps', kinds: [], allowed: 'whole number > 0', default: '10' },
    { path: 'share', kinds: [], allowed: 'number in [0, 1)' },
    { path: 'side', kinds: [], allowed: 'whole number > 0 or [number, number]', default: '4' },
    { path: 'inner.flip', kinds: [], allowed: '`true`, `false`', default: 'true' },
    { path: 'teacher.kind', kinds: [], allowed: '`none`, `tma`, `sts`', default: '"tma"' },
    { path: 'teacher.m', kinds: ['tma', 'sts'], allowed: 'number ≤ 1', default: '0.9' },
    { path: 'teacher.unit', kinds: ['sts'], allowed: '`a`, `b`' },
  ]);
});

test('names of one’s own stand in a path as such', () => {
  const schema = z.strictObject({ arms: z.record(z.string(), z.strictObject({ title: z.string() })), spec: z.record(z.string(), z.number()) }); // prettier-ignore
  expect(
    fieldsOf(z.toJSONSchema(schema, { io: 'input' }) as Schema).map(({ path, allowed }) => [path, allowed]),
  ).toEqual([
    ['arms.NAME.title', 'text'],
    ['spec', 'object'],
  ]);
});

test('comments of an object are found by path', () => {
  const text =
    'const r = {\n  // A.\n  one: 1,\n  two: {\n    // B,\n    // C.\n    three: 3, // not this\n  },\n  four: 4,\n};\n';
  expect([...literalComments(text, 'r')]).toEqual([
    ['one', 'A.'],
    ['two.three', 'B, C.'],
  ]);
});
