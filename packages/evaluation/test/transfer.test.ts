import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fashionMnist } from '@spatial-ensemble/datasets';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { key, seeds } from '@spatial-ensemble/random';
import { bound, prepareData, type Method, type RunData } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoopOutcome } from '../../training/src/run/loop.ts';
import { measured } from '../../training/src/run/measure.ts';
import { trainStored, weightsIn } from '../../training/test/stored.ts';
import { fineTuneEvaluation, knnMeasurement, KnnSpec, linearEvaluation, neighboursEvaluation } from '../src/index.ts';
import { STANDARD, tinyAnatomy } from './tiny-encoder.ts';

// What a finished run's encoder is worth on images of an evaluation's own, through the real loop.

const SEED = 4;
const TINY = { steps: 2, features: 16, pixels: 784 };
const ID = 'b'.repeat(64);
const neighbours = neighboursEvaluation(tinyAnatomy);
const fineTune = fineTuneEvaluation(tinyAnatomy);

let data: RunData;
let folder: string;
let source: Parameters<typeof weightsIn>[0];

const dataOf = async (changes: object): Promise<RunData> => {
  const declared = { source: 'fashion-mnist', images: 'sample', labelled: 'all', heldOut: 100, ...changes };
  const all = await prepareData({ dataSet: fashionMnist, data: declared }, seeds(SEED).split);
  return { ...all, test: { ...all.test, count: 200 } };
};

beforeAll(async () => {
  await useTensorFlow();
  data = await dataOf({});
  folder = mkdtempSync(join(tmpdir(), 'transfer-'));
  const stored = { folder: join(folder, 'tiny'), identity: ID };
  source = { bound: bound(tinyAnatomy, TINY), seed: SEED, ...stored };
  await trainStored({ seed: SEED, bound: source.bound, data }, stored);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function evaluated(
  method: Method<never>,
  where: string,
  changes: { readonly whose?: string; readonly [option: string]: unknown },
  { on = data, stopAfter = Infinity }: { readonly on?: RunData; readonly stopAfter?: number } = {},
): Promise<LoopOutcome> {
  const spec = method.schema.parse({ whose: 'teacher', pretraining: TINY, ...changes });
  let last = 0;
  return trainStored(
    {
      seed: SEED,
      bound: bound(method, spec),
      data: on,
      from: () => weightsIn(source, changes.whose === 'untrained' ? 'first' : 'last'),
    },
    { folder: join(folder, where), identity: ID },
    { interrupted: () => last >= stopAfter, onProgress: ({ step }) => (last = step) },
  );
}

describe('nearest neighbours as an evaluation', () => {
  const SPEC = { k: 20, bank: 500, sanity: ['pixels', 'pca'] as const };

  it('have the numbers that the measurement of the run itself has on the same images', async () => {
    const state = await weightsIn(source, 'last');
    const run = { bound: bound(tinyAnatomy, TINY), seed: SEED, data, state };
    const spec = KnnSpec.parse({ ...SPEC, networks: ['teacher'] });
    const own = await measured(run, [{ name: 'knn', measurement: knnMeasurement as never, spec }]);
    tf.dispose(state as unknown as tf.TensorContainer);
    const before = tf.memory().numTensors;
    const outcome = await evaluated(neighbours as never, 'knn', SPEC);
    expect(tf.memory().numTensors).toBe(before);
    expect([outcome.done, outcome.steps, outcome.complete]).toEqual([0, 0, true]);
    expect(outcome.measures).toEqual(own);
    expect(outcome.measures.map(({ name }) => name)).toEqual(['knn', 'knn-pixels', 'knn-pca']);
    // Batches of another size give the same.
    expect((await evaluated(neighbours as never, 'knn-7', { ...SPEC, batch: 7 } as never)).measures).toEqual(own);
  });

  it('are of the evaluation’s own images, and choose k there', async () => {
    const few = await dataOf({ labelled: 100, unlabelled: 'rest', heldOut: 300 });
    const chosen = { name: 'knn-few', k: [1, 5, 20], chosenOn: 100, sanity: [] };
    const outcome = await evaluated(neighbours as never, 'few', chosen as never, { on: few });
    const names = outcome.measures.map(({ name, whose }) => `${name} ${whose}`);
    expect(names).toEqual(['knn-few teacher', 'knn-few-k teacher']);
    const spec = neighbours.schema.parse({ whose: 'teacher', pretraining: TINY, ...chosen });
    expect(neighbours.makes!(spec).map(({ name, whose }) => `${name} ${whose}`)).toEqual(names);
  });

  it('of an untrained encoder are of neither, and alone', async () => {
    const outcome = await evaluated(neighbours as never, 'untrained', { ...SPEC, whose: 'untrained' });
    expect(outcome.measures.map(({ name, whose }) => `${name} ${whose}`)).toEqual(['knn-untrained none']);
  });

  it('refuse more neighbours than there are images, and what knn refuses', () => {
    const parse = (changes: object) => () => neighbours.schema.parse({ whose: 'teacher', pretraining: TINY, ...changes }); // prettier-ignore
    expect(parse({ k: 20, bank: 10 })).toThrow(/20 neighbours are more than the bank has images, 10/);
    expect(parse({ k: [1, 5] })).toThrow(/chosenOn/);
    const known = { title: 'images', channels: 1, parts: { notHeldOut: 30 } } as never;
    expect(neighbours.check!(parse({ k: 50 })(), known)[0]!.says).toMatch(/50 neighbours are asked for, and there are 30/); // prettier-ignore
  });
});

describe('fine-tuning', () => {
  const SPEC = { classes: 10, images: 100, epochs: 20, batch: 20, learningRate: 0.5, augment: { kind: 'none' } };

  it('takes the step that the chain rule has, of encoder and classifier, with lightly’s rate', async () => {
    const spec = fineTune.schema.parse({ whose: 'student', pretraining: TINY, ...SPEC, images: 40, epochs: 1 });
    const { init, step, at } = fineTune.bind(spec);
    const run = tinyAnatomy.bind(TINY).init(key('run')) as { student: never; teacher: never };
    const state = init(key('own'), run);
    const bytes = tf.tensor4d(
      Array.from({ length: 4 * 784 }, (_, i) => (i * 37) % 256),
      [4, 28, 28, 1],
    );
    const labels = tf.tensor1d([1, 0, 7, 1], 'int32');
    expect(at(0)['learningRate']).toBeCloseTo((0.5 * 20) / 256, 12);
    expect(at(1)['learningRate']).toBeCloseTo((0.5 * 20) / 256 / 2, 12);

    const { 'encoder.kernel': w, 'classifier.kernel': c, 'classifier.bias': b } = state.variables.params as never as { readonly [name: string]: tf.Tensor2D }; // prettier-ignore
    const x = tf.reshape(tf.div(tf.sub(tf.div(bytes, 255), STANDARD.mean[0]!), STANDARD.deviation[0]!), [4, 784]) as tf.Tensor2D; // prettier-ignore
    const h = tf.relu(tf.matMul(x, w!)) as tf.Tensor2D;
    const g = tf.div(tf.sub(tf.softmax(tf.add(tf.matMul(h, c!), b!) as tf.Tensor2D), tf.oneHot(labels, 10)), 4) as tf.Tensor2D; // prettier-ignore
    const back = tf.mul(tf.matMul(g, c!, false, true), tf.cast(tf.greater(h, 0), 'float32')) as tf.Tensor2D;
    const wanted = {
      'encoder.kernel': tf.sub(w!, tf.mul(0.1, tf.matMul(x, back, true))),
      'classifier.kernel': tf.sub(c!, tf.mul(0.1, tf.matMul(h, g, true))),
      'classifier.bias': tf.sub(b!, tf.mul(0.1, tf.sum(g, 0))),
    };
    const [next] = step(state, { labelled: { labels, image: bytes } }, { scalars: { learningRate: tf.scalar(0.1) }, key: key('x') }); // prettier-ignore
    for (const [name, tensor] of Object.entries(wanted)) {
      const [found, expected] = [next.variables.params[name]!, tensor].map((one) => Array.from(one.dataSync()));
      found!.forEach((value, i) => expect(value).toBeCloseTo(expected![i]!, 4));
    }
  });

  it('learns of few labels, and goes on with the same bits', async () => {
    const few = await dataOf({ labelled: 100, unlabelled: 'rest' });
    const whole = await evaluated(fineTune as never, 'whole', SPEC as never, { on: few });
    expect(whole.steps).toBe(100);
    expect((await evaluated(fineTune as never, 'left', SPEC as never, { on: few, stopAfter: 30 })).complete).toBe(
      false,
    );
    const resumed = await evaluated(fineTune as never, 'left', SPEC as never, { on: few });
    expect(resumed.weights).toBe(whole.weights);
    const [last] = whole.lines.filter(({ kind }) => kind === 'test').map(({ values }) => Object.entries(values));
    const [[top1, value]] = last!.filter(([name]) => name.startsWith('fine-tuned-top1')) as [[string, number]];
    expect(top1).toContain('teacher');
    // Ten classes.
    expect(value).toBeGreaterThan(20);
  });

  it('is of neither where the encoder was not trained, and needs a method that says what it consists of', () => {
    const spec = fineTune.schema.parse({ whose: 'untrained', pretraining: TINY, classes: 3, images: 100 });
    expect(fineTune.scores!(spec).map(({ name, whose, top }) => [name, whose, top])).toEqual([
      ['fine-tuned-top1-untrained', 'none', 1],
      ['fine-tuned-top5-untrained', 'none', 3],
    ]);
    const { bind, ...rest } = tinyAnatomy;
    const without = fineTuneEvaluation({ ...rest, bind: (of) => ({ ...bind(of), anatomy: undefined }) as never });
    expect(() => without.bind(spec)).toThrow(/tiny cannot be fine-tuned/);
  });
});

describe('images of other channels', () => {
  it('are refused where the encoder sees fewer, and seen as equal channels where it sees more', () => {
    const problems = (method: Pick<Method<never>, 'schema' | 'check'>, changes: object, channels: number): string[] =>
      method.check!(method.schema.parse({ whose: 'teacher', pretraining: TINY, ...changes }), { title: 'photographs', channels } as never).map(({ says }) => says); // prettier-ignore
    const colours = [expect.stringContaining('photographs has 3 channels, and the encoder was trained on images of 1')];
    expect(problems(neighbours as never, {}, 3)).toEqual(colours);
    expect(problems(neighbours as never, {}, 1)).toEqual([]);
    expect(problems(fineTune as never, { classes: 10, images: 100 }, 3)).toEqual(colours);
    const linear = linearEvaluation(tinyAnatomy);
    expect(problems(linear as never, { protocol: 'moco', classes: 10, images: 100 }, 3)).toEqual(colours);
  });
});

describe('shifted images', () => {
  it('are refused where an encoder is tested on others than images of their own size', () => {
    const resizes = { ...tinyAnatomy, bind: (of: never) => ({ ...tinyAnatomy.bind(of), encodes: { ...tinyAnatomy.bind(of).encodes!, view: [{ op: 'resize', shorter: 20 }] } }) as never }; // prettier-ignore
    const said = (of: typeof tinyAnatomy, augment: string): string[] =>
      [fineTuneEvaluation(of), linearEvaluation(of)].flatMap((method) => {
        const how = method.name === 'linear' ? { protocol: 'moco' } : {};
        const spec = method.schema.parse({ whose: 'teacher', pretraining: TINY, classes: 10, images: 100, augment: { kind: augment }, ...how }); // prettier-ignore
        return method.check!(spec as never, { title: 'clothes', channels: 1 }).map(({ key: field }) => field);
      });
    expect(said(resizes as never, 'shift')).toEqual(['augment.kind', 'augment.kind']);
    expect(said(resizes as never, 'none')).toEqual([]);
    expect(said(tinyAnatomy, 'shift')).toEqual([]);
  });
});
