import { expect, it } from 'vitest';

import { buildReport } from '../src/index.ts';
import { code, plain, prose } from '../src/text.ts';
import { allResults, plan } from './synthetic.ts';

const HARM = '<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](//far/x.png) `c` *d*\n\n## e | f';

it.each([
  ['p = 0.9, m = 0.99 (2 x 3): a-b, 5 %', 'p = 0.9, m = 0.99 (2 x 3): a-b, 5 %'],
  ['a_b and wide_resnet_28', 'a_b and wide_resnet_28'],
  ['_a_', '\\_a\\_'],
  ['1 < 2 && 3 > 2', '1 &lt; 2 && 3 > 2'],
  ['&lt; &#60; AT&T', '&amp;lt; &amp;#60; AT&T'],
  ['# a', '\\# a'],
  ['- a', '\\- a'],
  ['-0.5', '-0.5'],
  ['12. a', '12\\. a'],
  ['---', '\\---'],
  ['\\a', '\\\\a'],
  ['a\r\n\tb', 'a b'],
  ['[a]: //far', '[a\\]: //far'],
  ['[1, 2] and [a](b) and [a][b]', '[1, 2] and [a\\](b) and [a\\][b]'],
  ['~~a~~', '\\~~a\\~~'],
])('%j is plain as %j', (text, shown) => expect(plain(text)).toBe(shown));

it('code holds any text, and prose has links but no HTML and no images', () => {
  expect(code('npx nx run a:b')).toBe('`npx nx run a:b`');
  expect(code('a`` `b\nc')).toBe('``` a`` `b c ```');
  expect(
    prose('as [they](https://a.org) *say*: a < b ![x](//far/x.png)\n# <b> [c](javascript&colon;d) [e](Data:f)'),
  ).toBe(
    'as [they](https://a.org) *say*: a &lt; b !\\[x](//far/x.png) # &lt;b> [c](javascript&amp;colon;d) [e\\](Data:f)',
  );
});

/** A report in which all texts that a plan or a result brings along are harmful. */
async function harmful(text: string) {
  const declared = plan();
  const arms = Object.fromEntries(
    Object.entries(declared.study.arms).map(([name, arm]) => [name, { ...arm, title: `${text} ${name}` }]),
  );
  const study = { ...declared.study, title: text, description: text, arms };
  const results = allResults().map(({ result, ...rest }) => ({
    ...rest,
    result: {
      ...result,
      run: {
        ...result.run,
        data: {
          ...result.run.data,
          manifests: result.run.data.manifests.map((manifest) => ({ ...manifest, title: text })),
        },
      },
      measures: result.measures.map((measure) => ({ ...measure, title: text, unit: text, value: -0.5 })),
      series: result.series.map((series) => ({ ...series, name: `../../${series.name}`, title: text, meaning: text })),
      evidence: result.evidence.map((one) => ({ ...one, title: text, meaning: text })),
    },
    info: {
      format: 'spatial-ensemble/run-2' as const,
      identity: result.identity,
      startedAt: '2026-01-01T00:00:00Z',
      seconds: 1,
      host: { os: text, cpu: text, cores: 2, memoryMb: 1000 },
      versions: {},
      commit: text,
      sourceHash: null,
    },
  }));
  return buildReport(results, { ...declared, study }, '/runs/reports/synthetic');
}

it('what a plan and results bring along is text, in the page and in the figures, and names no other folder', async () => {
  const files = await harmful(HARM);
  const page = files.get('index.md') as string;
  // The page's own tags are of figures' specifications and of its sections' places, and one comment.
  expect(page.match(/<(?!sub>|\/sub>|a id="[a-z0-9-]+"><\/a>|\/a>|!-- Generated)/g)).toBeNull();
  expect(page.match(/(?<!\\)\]\(javascript/g)).toBeNull();
  // The images are its figures.
  expect(page.match(/(?<!\\)!\[[^\]\\]*\]\((?![\w.-]+\.svg\))/g)).toBeNull();
  expect(page).not.toMatch(/^## e/m);
  expect(page).toContain('&lt;img src=x onerror=alert(1)>');
  // Every line of a table has the cells of its head.
  const cells = (line: string): number => line.split(/(?<!\\)\|/).length;
  const tables = page.split('\n\n').filter((block) => block.startsWith('|'));
  expect(tables.length).toBeGreaterThan(2);
  for (const table of tables) expect(new Set(table.split('\n').map(cells)).size).toBe(1);
  expect([...files.keys()].filter((name) => /[/\\]/.test(name))).toEqual([]);
  const svgs = [...files].filter(([name]) => name.endsWith('.svg'));
  expect(svgs.length).toBeGreaterThan(0);
  for (const [, svg] of svgs) expect(svg).not.toMatch(/<img|<script|<foreignObject/i);
});

it.each(['=HYPERLINK("http://far")', '+1+cmd', '-1+cmd|a', '@SUM(A1)', '\t=1', '\r=1', '＝1'])(
  'a spreadsheet takes %j for text, and numbers for numbers',
  async (text) => {
    const files = await harmful(text);
    const table = files.get('table.csv') as string;
    expect(table).toContain(`'${text}`.replaceAll('"', '""'));
    for (const csv of [table, files.get('measures.csv') as string]) {
      expect(csv).toContain(',-0.5,');
      expect(csv).not.toMatch(/(^|,|\n)"?[=@\t\r＝]/);
    }
  },
);
