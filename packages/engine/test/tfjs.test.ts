import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tfjs from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useTensorFlow } from '@spatial-ensemble/engine';
import type * as DropIn from '@spatial-ensemble/engine/tfjs';
import { expectClose } from './close.ts';
import { summariesIn } from './read-events.ts';

let tf: typeof DropIn;
beforeAll(async () => {
  // Whoever started TensorFlow before goes on with it.
  await useTensorFlow();
  tf = await import('@spatial-ensemble/engine/tfjs');
});

/** What tfjs-node's own index exports, read from its text: it cannot be loaded without its addon. */
function namesOfTfjsNode(): { node: string[]; io: string[] } {
  const directory = join(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'), '../dist');
  const names = (path: string, pattern: RegExp): string[] =>
    [...readFileSync(join(directory, path), 'utf8').matchAll(pattern)].map(([, name]) => name!);
  return {
    node: names('node.js', /^ {4}(\w+): \w+\.\w+/gm),
    io: names('io/index.js', /defineProperty\(exports, "(?!__)(\w+)"/g),
  };
}

test('has all that tfjs-node has, beside all of TensorFlow.js', () => {
  const { node, io } = namesOfTfjsNode();
  expect(node).toHaveLength(12);
  expect(Object.keys(tf.node)).toEqual(node);
  expect(io).toEqual(['fileSystem', 'nodeHTTPRequest']);
  expect(Object.keys(tf.io)).toEqual(expect.arrayContaining([...io, ...Object.keys(tfjs.io)]));
  expect(Object.keys(tf)).toEqual(expect.arrayContaining(Object.keys(tfjs)));
  expect(tf.version).toEqual({ ...tfjs.version, 'tfjs-node': '4.22.0' });
  expect(tf.default.node).toBe(tf.node);
  expect(tf.getBackend()).toBe('tensorflow');
});

test('the drop-in for a GPU has the same names, and takes the TensorFlow that runs as it is', async () => {
  const gpu = await import('@spatial-ensemble/engine/tfjs-gpu');
  expect(Object.keys(gpu)).toEqual(Object.keys(tf));
  expect(gpu.getBackend()).toBe('tensorflow');
  expect(gpu.add(1, 2).dataSync()[0]).toBe(3);
});

test("TensorBoard's callback writes what fit's history holds", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tensorboard-'));
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'ones' })],
  });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const [x, y] = [tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]), tf.tensor2d([1, 2, 3, 4], [4, 1])];
  const { history } = await model.fit(x, y, {
    epochs: 3,
    batchSize: 4,
    verbose: 0,
    validationData: [x, y],
    callbacks: tf.node.tensorBoard(folder) as unknown as tfjs.CustomCallbackArgs,
  });
  const written = (part: string): readonly (readonly [tag: string, step: number, value: number])[] =>
    summariesIn(join(folder, part)).map(({ tag, step, simpleValue }) => [tag, step, simpleValue]);
  const float = (value: unknown): number => Math.fround(value as number);
  expect(new Set(history['loss']).size).toBe(3);
  expect(written('train')).toEqual(history['loss']!.map((loss, i) => ['epoch_loss', i + 1, float(loss)]));
  expect(written('val')).toEqual(history['val_loss']!.map((loss, i) => ['epoch_loss', i + 1, float(loss)]));
  tf.dispose([x, y]);
  model.dispose();
  rmSync(folder, { recursive: true });
});

describe('images', () => {
  /** Two by two: red, green; blue, white. */
  const PIXELS = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];

  test('PNG there and back, bit for bit', async () => {
    const pixels = tf.tensor3d(
      Int32Array.from({ length: 5 * 7 * 3 }, (_, i) => (i * 37) % 256),
      [5, 7, 3],
      'int32',
    );
    const png = await tf.node.encodePng(pixels);
    for (const decode of [tf.node.decodePng, tf.node.decodeImage]) {
      const back = decode(png) as tfjs.Tensor3D;
      expect([back.shape, back.dtype]).toEqual([[5, 7, 3], 'int32']);
      expectClose(back, pixels, 0);
    }
  });

  test('JPEG there and back, nearly', async () => {
    const pixels = tf.tensor3d(
      Int32Array.from({ length: 8 * 8 * 3 }, () => 100),
      [8, 8, 3],
      'int32',
    );
    const back = tf.node.decodeJpeg(await tf.node.encodeJpeg(pixels, 'rgb', 100));
    expectClose(back, pixels, 0.02);
  });

  test('BMP and GIF', () => {
    // Rows from below, blue first, each filled up to four bytes.
    const header = Buffer.alloc(54);
    header.write('BM');
    for (const [at, value] of [
      [2, 70],
      [10, 54],
      [14, 40],
      [18, 2],
      [22, 2],
      [34, 16],
    ] as const)
      header.writeUInt32LE(value, at);
    header.writeUInt16LE(1, 26);
    header.writeUInt16LE(24, 28);
    const rows = [255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0];
    const bmp = tf.node.decodeBmp(Uint8Array.from([...header, ...rows]));
    expect(bmp.shape).toEqual([2, 2, 3]);
    expect([...bmp.dataSync()]).toEqual(PIXELS);
    // Four colours, then the codes clear, 0, 1, 2, 3, end, of three bits each, the last of four.
    const gif = Buffer.concat([
      Buffer.from('GIF89a'),
      Buffer.from([2, 0, 2, 0, 0b1000_0001, 0, 0, ...PIXELS]),
      Buffer.from([0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 3, 0b0100_0100, 0b0011_0100, 0b0000_0101, 0, 0x3b]),
    ]);
    const frames = tf.node.decodeGif(new Uint8Array(gif));
    expect(frames.shape).toEqual([1, 2, 2, 3]);
    expect([...frames.dataSync()]).toEqual(PIXELS);
  });
});
