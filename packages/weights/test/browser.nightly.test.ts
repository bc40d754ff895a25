import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  classifier,
  dense,
  FIXMATCH_WRN_28_2,
  metasOf,
  RESNET_50,
  resNetTrunk,
  uniformFanIn,
  wideResNetTrunk,
  type Encoder,
  type Metas,
} from '@spatial-ensemble/nn';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../../report/test/html/browser.ts';
import { exportTfjs } from '../src/index.ts';
import { drawn } from './network.ts';

// What a reader of the exported model has: Chromium, TensorFlow.js as it is published, and the two files.

const TFJS = createRequire(import.meta.url).resolve('@tensorflow/tfjs/dist/tf.min.js');
const ADDRESS = 'http://model.test';
const SHAPE = [2, 33, 32, 3] as const;

const folder = mkdtempSync(join(tmpdir(), 'browser-'));
const browser = await startBrowser();
if (typeof browser === 'string') console.warn(`The exported model is not tried in a browser: ${browser}`);
beforeAll(async () => {
  await tf.setBackend('cpu');
});
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs in the page. */
interface InPage {
  readonly tf: typeof tf;
}

/** What plain TensorFlow.js computes in a page that loads the model of a folder, and what it says of it. */
async function inBrowser(out: string, x: Float32Array): Promise<{ logits: number[]; about: unknown; version: string }> {
  if (typeof browser === 'string') throw new Error(browser);
  const page = await browser.newPage();
  try {
    await page.route(`${ADDRESS}/**`, (route) => {
      const file = basename(new URL(route.request().url()).pathname);
      return file === ''
        ? route.fulfill({ contentType: 'text/html', body: '' })
        : route.fulfill({ path: join(out, file) });
    });
    await page.goto(ADDRESS);
    await page.addScriptTag({ path: TFJS });
    return await page.evaluate(
      async ({ numbers, shape }) => {
        const { tf: theirs } = globalThis as unknown as InPage;
        await theirs.setBackend('cpu');
        const model = await theirs.loadLayersModel('model.json');
        const logits = model.predict(theirs.tensor(numbers, [...shape])) as tf.Tensor;
        return {
          logits: [...(await logits.data())],
          about: model.getUserDefinedMetadata(),
          version: theirs.version['tfjs'],
        };
      },
      { numbers: [...x], shape: SHAPE },
    );
  } finally {
    await page.close();
  }
}

describe.skipIf(typeof browser === 'string')('an exported model, in a browser', () => {
  test.each<[string, Encoder]>([
    ['a residual network', resNetTrunk('encoder', { ...RESNET_50, units: [1, 2], width: 4 })],
    ['a wide one', wideResNetTrunk('', { ...FIXMATCH_WRN_28_2, depth: 10, width: 0.5 })],
  ])('%s: the logits of our own network in Node', async (name, encoder) => {
    const { features } = encoder;
    const head = dense('fc', { inputs: features, outputs: 3, initial: uniformFanIn(features) });
    const fc = metasOf(head.declares);
    const variables = drawn({ ...metasOf(encoder.declares), ...fc });
    const standard = { mean: [0.5], deviation: [0.25] };
    const out = join(folder, name);
    await exportTfjs({ anatomy: { encoder, heads: { fc }, standard }, variables, metadata: { run: '0123' } }, out);
    expect(JSON.parse(readFileSync(join(out, 'model.json'), 'utf8'))).toMatchObject({ format: 'layers-model' });

    const length = SHAPE.reduce((product, size) => product * size, 1);
    const x = Float32Array.from({ length }, (_, i) => 2 * Math.sin(12.9898 * i));
    const net = classifier(encoder, head);
    const tensors = (metas: Metas) =>
      Object.fromEntries(
        Object.keys(metas).map((one) => {
          const { data, shape } = variables.get(one)!;
          return [one, tf.tensor(data, [...shape])];
        }),
      );
    const ours = tf.tidy(() => {
      const weights = { params: tensors(net.metas.params), buffers: tensors(net.metas.buffers) };
      return net.apply(weights, tf.tensor4d(x, [...SHAPE]), { mode: 'eval' }).logits.dataSync();
    });
    const { logits, about, version } = await inBrowser(out, x);
    expect(version).toBe(tf.version['tfjs']);
    expect(about).toEqual({ run: '0123', pixels: { from: 0, to: 1, ...standard } });
    const largest = Math.max(...ours.map(Math.abs));
    expect(logits).toHaveLength(6);
    for (const [i, value] of logits.entries()) expect(Math.abs(value - ours[i]!)).toBeLessThan(1e-4 * largest);
    expect(new Set(logits).size).toBe(6);
  });
});
