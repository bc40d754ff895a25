import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../../../packages/report/test/html/browser.ts';
import { NETWORKS, TITLES } from '../figure/charts.ts';
import { LOOK_EVERY, Session, type LookAt } from '../figure/session.ts';

// The figure as a reader has it, bundled and in Chromium, against the same session in Node.js.

const bundle = await build({
  stdin: {
    contents: `
      import { createApp } from 'vue';
      import { LiveFigure } from './page/live-figure.ts';
      createApp(LiveFigure).mount('main');
    `,
    resolveDir: new URL('..', import.meta.url).pathname,
    loader: 'ts',
  },
  bundle: true,
  write: false,
  format: 'iife',
  platform: 'browser',
  minify: true,
  conditions: ['@spatial-ensemble/source'],
  logLevel: 'error',
});
const script = bundle.outputFiles[0]!.text;
const browser = await startBrowser();
if (typeof browser === 'string') console.warn(`The live figure is not tried in a browser: ${browser}`);

afterAll(async () => {
  if (typeof browser !== 'string') await browser.close();
});

describe.skipIf(typeof browser === 'string')('the live figure, in a browser', () => {
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    await tf.setBackend('cpu');
    if (typeof browser === 'string') return;
    page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    await page.setContent('<!doctype html><html lang="en"><title>Live figure</title><main></main></html>');
    await page.addScriptTag({ content: script });
    await page.getByText('Ready.').waitFor();
  });

  /** The numbers of the table, by row, to their last digit. */
  const shown = (): Promise<(string | null)[][]> =>
    page
      .locator('.live-numbers tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [
          row.querySelector('th')!.textContent,
          ...Array.from(row.querySelectorAll('td'), (cell) => cell.getAttribute('data-value')),
        ]),
      );
  const expected = (look: LookAt): (string | null)[][] =>
    NETWORKS.map((network) => [
      TITLES[network],
      String(look.accuracy[network]),
      network === 'student' ? null : String(100 * look.distance[network]),
    ]);

  test('has the numbers of Node.js, to the last digit, while its sliders move', async () => {
    const session = new Session(1);
    const settings = { momentum: 0.95, preserve: 0.5, granularity: 'channel', teaching: 'sts' } as const;
    const more = async (changed: Partial<typeof settings> | { momentum: number; preserve: number }): Promise<void> => {
      for (let i = 0; i < LOOK_EVERY; i++) session.advance({ ...settings, ...changed });
      await page.getByRole('button', { name: `${LOOK_EVERY} updates` }).press('Enter');
      await page.getByText(`at update ${session.steps}.`).waitFor();
      expect(await shown()).toEqual(expected(session.looks.at(-1)!));
    };
    expect(await shown()).toEqual(expected(session.looks[0]!));
    await more({});
    await page.getByLabel('Momentum m').press('ArrowRight');
    await page.getByLabel('Preserve probability p').press('End');
    await more({ momentum: 0.97, preserve: 0.95 });
    await page.getByLabel('Who teaches').selectOption('nobody');
    await page.getByLabel('One draw decides for').selectOption('tensor');
    await more({ momentum: 0.97, preserve: 0.95, teaching: 'nobody', granularity: 'tensor' } as never);
    session.close();
    expect(problems).toEqual([]);
  });

  test('draws curves and masks, says what it does, and begins anew', async () => {
    const paths = (chart: string): Promise<number> => page.locator(`.live-${chart} svg .mark-line path`).count();
    expect(await paths('accuracy')).toBe(5);
    expect(await paths('distance')).toBe(4);
    // 10 updates with a unit a channel, 10 more with other masks, 10 with a unit a tensor.
    expect(await page.locator('.live-masks svg .mark-rect path').count()).toBe(20 * 50 + 10 * 6);
    expect(await page.getByLabel('Momentum m').getAttribute('aria-valuetext')).toBe('0.97: mean age 32.3 updates');
    expect(await page.locator('.live-effective strong').textContent()).toBe('0.9985');
    await page.getByRole('button', { name: 'Train' }).click();
    await page.waitForFunction(() => Number(/\d+/.exec(document.querySelector('.live-numbers caption')!.textContent!)![0]) >= 50); // prettier-ignore
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await page.getByRole('status').textContent()).toMatch(/^Paused, at update \d+\. Accuracy: student \d/);
    await page.getByRole('button', { name: 'Begin anew' }).click();
    expect(await page.locator('.live-numbers caption').textContent()).toBe('At update 0');
    expect(problems).toEqual([]);
  });
});
