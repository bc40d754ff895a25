import { allReduceMean, useTensorFlow } from '@spatial-ensemble/engine';
import { bound, prepareData, trainRun, type Batch, type Method, type TrainableOf } from '@spatial-ensemble/training';
import { fashionMnist } from '@spatial-ensemble/datasets';
import { seeds } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { setTimeout as after } from 'node:timers/promises';
import { z } from 'zod';
import { memoryPort, NOTHING, type Kept } from '../../src/testing/memory-port.ts';

// One of two processes of test/together.test.ts, which train the mean of all images together. Prints what became of each run.

const [hosts = '', rank = '0', slow] = process.argv.slice(2);
const own = Number(rank);
await useTensorFlow({
  threads: { intra: 1, inter: 1 },
  cluster: { hosts: hosts.split(','), rank: own, joinSeconds: 60 },
});

interface Spec {
  readonly steps: number;
  /** Each process follows the mean of its own rows, which is a mistake. */
  readonly apart: boolean;
}
type Mean = TrainableOf<{ readonly mean: tf.Tensor }, Batch<'labelled', 'image'>>;
const mean: Method<Spec, unknown, Mean> = {
  name: 'mean',
  version: 1,
  schema: z.strictObject({ steps: z.int(), apart: z.boolean() }),
  smoke: (spec) => spec,
  steps: ({ steps }) => steps,
  scores: () => [{ name: 'accuracy', title: 'accuracy', of: 'student', whose: 'student', top: 1 }],
  metrics: {
    error: { title: 'mean squared error', unit: '', whose: 'student', summed: 'mean' },
    bright: { title: 'bright images', unit: '%', whose: 'none', summed: 'share' },
  },
  bind: ({ apart }) => ({
    streams: { labelled: { batch: 4, views: { image: [{ op: 'flip', p: 0.5 }] } } },
    init: () => ({ mean: tf.zeros([28, 28, 1]) }),
    at: () => ({}),
    step({ mean: old }, { labelled }) {
      const images = tf.cast(labelled.image, 'float32');
      const far = tf.sub(tf.mean(images, 0), old);
      const bright = tf.cast(tf.greater(tf.mean(images, [1, 2, 3]), 70), 'float32');
      return [
        { mean: tf.add(old, tf.mul(0.5, apart ? far : allReduceMean(far))) },
        { error: tf.mean(tf.square(far)), bright: { sum: tf.sum(bright), count: tf.scalar(2) } },
      ];
    },
    student: (state) => ({ params: state, buffers: {} }),
    teacher: (state) => ({ params: state, buffers: {} }),
    classifies: {
      view: [],
      predict({ params }, images) {
        const likeness = tf.matMul(
          tf.reshape(tf.cast(images, 'float32'), [-1, 784]),
          tf.reshape(params['mean']!, [784, 1]),
        );
        return tf.abs(tf.sub(tf.div(likeness, 1e6), tf.range(0, 10))) as tf.Tensor2D;
      },
    },
  }),
};

const declared = { source: 'fashion-mnist', images: 'embedded', labelled: 20, unlabelled: 'all', heldOut: 50 };
const data = await prepareData({ dataSet: fashionMnist, data: declared }, seeds(1).split);

interface Changes {
  readonly apart?: boolean;
  readonly seed?: number;
  readonly kept?: Kept;
  readonly pace?: Parameters<typeof trainRun>[0]['session']['pace'];
  readonly interrupted?: (looked: number) => boolean;
  readonly save?: () => Promise<void>;
}

async function train(changes: Changes): Promise<object> {
  const port = memoryPort(changes.kept ?? NOTHING);
  const [steps, interrupted] = [6, changes.interrupted ?? (() => false)];
  let looked = 0;
  const count = 1100;
  try {
    const outcome = await trainRun({
      run: {
        bound: bound(mean, { steps, apart: changes.apart ?? false }),
        seed: changes.seed ?? 1,
        data: { ...data, test: { ...data.test, count } },
        testPoints: 1,
      },
      port: { ...port, save: (...at) => (changes.save?.() ?? Promise.resolve()).then(() => port.save(...at)) },
      machine: { precision: 'float32', xla: false, workers: 0 },
      session: {
        ...(changes.pace && { pace: changes.pace }),
        interrupted: () => interrupted(looked),
        onProgress: () => undefined,
        // Held-out images are fewer.
        onLook: (images, total) => void (looked = total === count ? images : 0),
      },
    });
    const { weights, complete, lines } = outcome;
    return { done: outcome.done, complete, weights, lines, kept: port.kept() };
  } catch (error) {
    return { message: (error as Error).message };
  }
}

const first = own === 0;
const said: { [what: string]: object } = { whole: await train({}) };
if (slow === undefined) {
  said['apart'] = await train({ apart: true });
  said['otherSeed'] = await train({ seed: 1 + own });
  // Process 0 alone is asked.
  said['refused'] = await train({ pace: { steps: 3, goOn: async () => !first } });
  // Process 1 wishes to stop while the test images are looked at; then both go on from what process 0 has.
  const left = (await train({ interrupted: (looked) => !first && looked > 0 })) as { kept: Kept };
  said['left'] = left;
  said['resumed'] = await train({ kept: left.kept });
} else
  said['slow'] = await train({ save: () => (first ? after(12_000) : Promise.reject(new Error('not mine to save'))) });
process.stdout.write(
  JSON.stringify(said, (key, value: unknown) => (key === 'kept' ? undefined : value)),
  () => process.exit(0),
);
