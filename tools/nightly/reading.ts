import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fashionMnist, loadImages } from '@spatial-ensemble/datasets';
import { openRun } from '@spatial-ensemble/store';
import * as tf from '@tensorflow/tfjs-core';
import { readArchive } from '../../packages/datasets/src/sources/archive.ts';
import { loadFiles, trainOnFiles, writeImages } from '../../packages/training/test/on-files.ts';
import { tarOf } from '../fuzz/tar-of.ts';
import { IDENTITY, takeStep, wrongWith } from './known-run.ts';

/** Something that reads files below a folder. */
interface Reading {
  /** Fails with an error that names one of the files, or reads what there is. */
  read(folder: string): Promise<unknown>;
  /** What is wrong afterwards, once nothing fails any more. */
  wrong(folder: string): Promise<string | undefined>;
}

const EMBEDDED = join(import.meta.dirname, '../../packages/datasets/data/fashion-mnist');
const ARCHIVE = 'a.tar.gz';
const NAMES = ['data_batch_1.bin'];

const expected = (is: boolean, what: string): string | undefined => (is ? undefined : what);

/** By name: what writes the files, and then reads them. */
export const READING: { readonly [name: string]: (folder: string) => Promise<Reading> } = {
  async training(folder) {
    await tf.setBackend('cpu');
    writeImages(join(folder, 'images'));
    const train = async (from: string): Promise<Awaited<ReturnType<typeof trainOnFiles>>> => {
      const data = await loadFiles(join(from, 'images'), join(from, 'cache'));
      return trainOnFiles(join(from, 'run'), data);
    };
    const alone = `${folder}-alone`;
    cpSync(folder, alone, { recursive: true });
    const { weights } = await train(alone);
    // What was trained until then goes on to the same bits.
    return { read: train, wrong: async (from) => expected((await train(from)).weights === weights, 'other weights') };
  },
  async store(folder) {
    const run = await openRun(folder, IDENTITY);
    for (const step of [1, 2, 3]) await takeStep(run, step);
    return { read: (from) => openRun(from, IDENTITY), wrong: (from) => wrongWith(from, 3) };
  },
  async idx(folder) {
    mkdirSync(folder);
    for (const name of ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'])
      cpSync(join(EMBEDDED, name), join(folder, name));
    const read = (from: string) =>
      loadImages(fashionMnist, { images: 'full' }, { split: 'test', env: { SPATIAL_ENSEMBLE_FASHION_MNIST: from } });
    return { read, wrong: async (from) => expected((await read(from)).count === 10_000, 'other images') };
  },
  async archive(folder) {
    const packed = gzipSync(tarOf(NAMES[0]!, Buffer.from('hello')));
    mkdirSync(folder);
    writeFileSync(join(folder, ARCHIVE), packed);
    const md5 = createHash('md5').update(packed).digest('hex');
    const read = (from: string) => readArchive(join(from, ARCHIVE), { file: ARCHIVE, url: 'file:a', md5 }, NAMES, 100);
    const wrong = async (from: string): Promise<string | undefined> =>
      expected(Buffer.from((await read(from)).get(NAMES[0]!)!).toString() === 'hello', 'another file');
    return { read, wrong };
  },
};
