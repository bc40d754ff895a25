import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import axe, { type AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { buildCatalogue } from '../../src/index.ts';
import { asked } from '../synthetic.ts';
import { claim, claiming, PILOT, runsOf } from '../claims/claiming.ts';
import { records } from '../records.ts';
import { startBrowser } from './browser.ts';

// The page as a reader has it: a file, opened in Chromium through its protocol.

const results = runsOf({
  ...PILOT,
  sts: PILOT['tma']!.map((value, i) => value + 2 + i / 10),
  supervised: PILOT['tma']!.map((value, i) => value + (i === 2 ? 2.02 : 0) - 1),
});
const study = asked(
  claiming(
    8,
    {
      better: claim({ hypothesis: 'STS <b>beats</b> TMA' }),
      slower: claim({ hypothesis: 'TMA beats STS', compare: { arm: 'tma', over: 'sts' } }),
    },
    {
      paper: [],
      factors: {
        preserve: {
          title: 'preserve probability',
          series: [{ title: 'at the same momentum', levels: [{ arm: 'tma', level: 0 }, { arm: 'sts', level: 0.5 }] }], // prettier-ignore
          seeds: 8,
          stopping: 'after eight splits',
        },
      },
      failures: {
        rate: { hypothesis: 'TMA fails more often', reference: 'supervised', arm: 'tma', over: 'sts', seeds: 8, stopping: 'after eight splits' }, // prettier-ignore
      },
    },
  ),
  results,
);
const other = { ...study, study: { ...study.study, name: 'other', title: 'Another study' }, method: { name: 'byol', version: 1 } }; // prettier-ignore
const studies = [study, other].map((plan) => ({ plan, results }));
const files = await buildCatalogue(studies, [], '/reports');
const folder = mkdtempSync(join(tmpdir(), 'page-'));
const file = join(folder, 'index.html');
writeFileSync(file, String(files.get('index.html')));
const address = pathToFileURL(file).href;
const browser = await startBrowser();
if (typeof browser === 'string') console.warn(`The page of HTML is not tried in a browser: ${browser}`);

afterAll(async () => {
  if (typeof browser !== 'string') await browser.close();
  rmSync(folder, { recursive: true });
});

describe.skipIf(typeof browser === 'string')('the page, in a browser', () => {
  let context: BrowserContext;
  let page: Page;
  const requests: string[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    if (typeof browser === 'string') return;
    context = await browser.newContext();
    page = await context.newPage();
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
  });
  beforeEach(async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto('about:blank');
    await page.goto(address);
  });

  /** The texts of the cells of each line of the table whose caption begins so. */
  const cellsOf = (caption: string, within = 'main'): Promise<string[][]> =>
    page
      .locator(`${within} table`)
      .filter({ has: page.locator('caption', { hasText: new RegExp(`^${caption}`) }) })
      .first()
      .locator('tbody tr')
      .evaluateAll((lines) => lines.map((line) => Array.from(line.children, (cell) => cell.textContent ?? '')));

  it('makes no request, and its policy lets it run', async () => {
    expect(requests.filter((url) => url !== address && url !== 'about:blank' && !url.startsWith('data:'))).toEqual([]);
    expect(problems).toEqual([]);
    await expect(page.locator('img').evaluateAll((all) => all.map((one) => (one as unknown as { naturalWidth: number }).naturalWidth))).resolves.not.toContain(0); // prettier-ignore
  });

  it('opens with the claims, whose numbers are those of the CSV', async () => {
    const claims = await cellsOf('Claims');
    const lines = records(files, 'claims.csv');
    expect(claims).toHaveLength(lines.length);
    const sign = (value: string): string => `${value.startsWith('-') ? '−' : '+'}${Math.abs(Number(value)).toFixed(2)}`;
    for (const [i, line] of lines.entries()) {
      const { kind, claim: asked, estimate, low_95: low, high_95: high, pairs, text, gates, setting } = line;
      const shown = kind === 'failures' ? (value: string): string => `${Number(value).toFixed(0)} %` : sign;
      expect(claims[i]!.slice(0, 2)).toEqual([asked, setting]);
      expect(claims[i]![3]).toBe(estimate === '' ? '–' : `${shown(estimate!)} [${shown(low!)}, ${shown(high!)}]`);
      expect(claims[i]!.slice(4).filter((_, at) => at !== 1)).toEqual([pairs, text, gates]);
    }
    for (const kind of ['claim', 'factor', 'failures'])
      expect(lines.filter((line) => line['kind'] === kind && line['estimate'] !== '').length).toBeGreaterThanOrEqual(2);
    // A cell of each kind opens the runs that it rests on.
    for (const words of ['Preserve probability matters', 'TMA fails more often', 'TMA beats STS']) {
      await page.locator('main tr', { hasText: words }).first().locator('button').click();
      expect(await page.locator('dialog:popover-open').textContent()).toContain(
        'experiments:synthetic:small --arm tma',
      );
      await page.keyboard.press('Escape');
    }
    expect(claims.flat()).toContain('supported');
    expect(await page.locator('main h2').first().textContent()).toBe('Claims');
  });

  it('has each number of the results as the CSV has it', async () => {
    const shown = await cellsOf('Accuracy', '#synthetic-small');
    const lines = records(files, 'synthetic/table.csv').filter(({ tier }) => tier === 'small');
    expect(shown).toHaveLength(lines.length);
    for (const [i, line] of lines.entries())
      for (const [at, whose] of [
        [1, 'teacher'],
        [2, 'student'],
      ] as const) {
        const { [`${whose}_mean`]: mean, [`${whose}_sd`]: sd, [`${whose}_values`]: values } = line;
        const fixed = (value: string | undefined): string => Number(value).toFixed(2);
        const text = mean === '' ? '–' : `${fixed(mean)} ± ${fixed(sd)} (${values!.split(';').map(fixed).join(', ')})`;
        expect(shown[i]![at]).toBe(text);
      }
    expect(shown.flat().filter((cell) => cell.includes('±')).length).toBeGreaterThanOrEqual(4);
  });

  it('has the same differences as the CSV', async () => {
    const shown = await cellsOf('Paired differences', '#synthetic-small');
    const lines = records(files, 'synthetic/differences.csv').filter(({ tier }) => tier === 'small');
    expect(shown.map(([, pairs, mean]) => [pairs, Number(mean!.replace('−', '-'))])).toEqual(
      lines.map(({ pairs, mean }) => [pairs, Number(Number(mean).toFixed(2))]),
    );
  });

  it('opens a cell’s evidence by keyboard, closes it at Escape, and gives the focus back', async () => {
    await page.locator('#synthetic-small td button').first().focus();
    // From outside by the tabulator, as a reader comes.
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    const text = await focused.textContent();
    await page.keyboard.press('Enter');
    const dialog = page.locator('dialog:popover-open');
    expect(await dialog.count()).toBe(1);
    expect(await dialog.evaluate((one) => one.contains(one.ownerDocument.activeElement))).toBe(true);
    const evidence = String(await dialog.textContent());
    expect(evidence).toContain(results[0]!.result.identity.slice(0, 12));
    expect(evidence).toContain('npx nx run experiments:synthetic:small --arm none --seed 1 --seed 2');
    expect(evidence).toContain('float32');
    await page.keyboard.press('Escape');
    expect(await dialog.count()).toBe(0);
    expect(await page.locator(':focus').textContent()).toBe(text);
  });

  it('filters, says how much it shows, and keeps it in the address', async () => {
    const status = page.locator('#filter [role=status]');
    const shown = (): Promise<string[]> => page.locator('main section:visible').evaluateAll((all) => all.map(({ id }) => id)); // prettier-ignore
    expect(await status.textContent()).toBe('Shown: 16 of 16 claims, 4 of 4 settings.');
    await page.locator('select[name=tier]').selectOption('small');
    expect(await shown()).toEqual(['synthetic-small', 'other-small']);
    await page.locator('select[name=method]').selectOption('byol');
    expect(await status.textContent()).toBe('Shown: 4 of 16 claims, 1 of 4 settings.');
    expect(page.url()).toBe(`${address}#tier=small&method=byol`);
    await page.reload();
    expect(await shown()).toEqual(['other-small']);
    expect(await page.locator('select[name=tier]').inputValue()).toBe('small');
    await page.locator('select[name=verdict]').selectOption('refuted');
    expect(await status.textContent()).toBe('Shown: 1 of 16 claims, 1 of 4 settings.');
    // A link within the page keeps the filter, and one to what it hides shows it.
    await page.goto(`${address}#other`);
    await page.waitForURL(`${address}#tier=small&method=byol&verdict=refuted&at=other`);
    await page.goto(`${address}#synthetic`);
    await expect.poll(shown).toHaveLength(4);
    await page.goto(`${address}#tier=paper&verdict=suported`);
    await expect.poll(shown).toEqual(['synthetic-paper', 'other-paper']);
  });

  // Colours change with the scheme, and what is in the way of what with the width.
  it.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)(
    'breaks no rule of accessibility in %s at %i px, and nothing but boxes scrolls',
    async (scheme, width) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await page.locator('td button').first().click();
      // The page's policy lets no other script in; the protocol does.
      await page.evaluate(axe.source);
      const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as AxeResults;
      const found = violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary]);
      expect(found).toEqual([]);
    },
  );

  it('can be read without its script', async () => {
    if (typeof browser === 'string') return;
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const still = await plain.newPage();
    await still.goto(address);
    expect(await still.locator('main section:visible').count()).toBe(4);
    expect(await still.locator('#filter:visible').count()).toBe(0);
    await still.locator('td button').first().click();
    expect(await still.locator('dialog:visible').count()).toBe(1);
    await plain.close();
  });
});
