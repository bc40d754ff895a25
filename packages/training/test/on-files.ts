import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import type { AugmentSpec } from '@spatial-ensemble/augment';
import { imageNet, loadImages } from '@spatial-ensemble/datasets';
import { normal, seeds, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { bound } from '../src/bound.ts';
import { prepareData, type RunData } from '../src/data.ts';
import type { Variables } from '../src/index.ts';
import type { LoopOutcome } from '../src/run/loop.ts';
import { changed, softmaxRegression } from './softmax-regression.ts';
import { trainStored } from './stored.ts';

/** A run on 16 image files to train and 16 to test on, of two classes, for what may happen to files. */

const SIDE = 8;
const SPEC = { steps: 8, batch: 5, learningRate: 0.1, momentum: 0.9 };
const SEED = 3;

const VIEW: AugmentSpec = [{ op: 'center-crop', size: SIDE }];

/** The smallest method, on colour images in files. */
export const onFiles = changed(softmaxRegression, (trainable, { batch }) => ({
  init(key: Key) {
    const kernel = normal(key.fold('kernel'), SIDE * SIDE * 3 * 10).map((value) => value * 0.01);
    const variables = (): Variables => ({
      params: { kernel: tf.tensor2d(kernel, [SIDE * SIDE * 3, 10]), bias: tf.zeros([10]) },
      buffers: {},
    });
    return { student: variables(), teacher: variables() };
  },
  streams: { labelled: { batch, views: { weak: VIEW } } },
  classifies: { ...trainable.classifies, view: VIEW },
  encodes: { ...trainable.encodes, view: VIEW },
}));

/** Writes the image files. */
export function writeImages(folder: string): void {
  for (const part of ['train', 'val'])
    for (let i = 0; i < 16; i++) {
      const directory = join(folder, part, `class${i % 2}`);
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, `${i}.png`), png(i));
    }
}

function png(seed: number): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 2, 0, 0, 0]);
  const rows = Buffer.alloc(SIDE * (1 + 3 * SIDE)).map((_, i) =>
    i % (1 + 3 * SIDE) === 0 ? 0 : (i * (7 + seed)) % 251,
  );
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * As a command finds them: the folder is looked at anew where it has changed.
 *
 * @param cache where that is noted
 */
export function loadFiles(folder: string, cache: string, heldOut = 8): Promise<RunData> {
  const env = { SPATIAL_ENSEMBLE_IMAGENET: folder, SPATIAL_ENSEMBLE_CACHE: cache };
  return prepareData(
    { dataSet: imageNet, data: { source: 'imagenet', labelled: 8, unlabelled: 'all', heldOut } },
    seeds(SEED).split,
    (set, options, split) => loadImages(set, options, { split, env }),
  );
}

/** Trains the run. @param folder where it is stored */
export function trainOnFiles(
  folder: string,
  data: RunData,
  options: { readonly workers?: number; readonly onStep?: (step: number) => void } = {},
): Promise<LoopOutcome> {
  return trainStored(
    {
      bound: bound(onFiles, SPEC),
      seed: SEED,
      data,
    },
    { folder, identity: data.manifests.map(({ sha256 }) => sha256).join(' ') },
    { workers: options.workers ?? 0, onProgress: ({ step }) => options.onStep?.(step) },
  );
}
