import { TensorFlowError } from '@spatial-ensemble/engine/binding';
import { defineExperiment } from '@spatial-ensemble/study';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { clothes } from '../../training/test/clothes.ts';
import { softmaxRegression } from '../../training/test/softmax-regression.ts';
import { isOutOfMemory } from '../src/out-of-memory.ts';
import { evaluatedStore } from './evaluated-store.ts';
import { SMALL } from './studies.ts';

const store = evaluatedStore();

/**
 * A step that makes a tensor of such a shape for the images that pass through at once. For the whole batch it has more
 * bytes than 64 bits can count: no system promises it, however many promises it breaks, and TensorFlow knows it at once.
 * (Of what 64 bits can count it asks the system again for ten seconds.)
 */
function hungry(shape: (images: number) => number[], accumulates: boolean): ReturnType<typeof defineExperiment> {
  const method: typeof softmaxRegression = {
    ...softmaxRegression,
    accumulates,
    bind(spec, { microBatch = spec.batch } = {}) {
      const trainable = softmaxRegression.bind(spec);
      return {
        ...trainable,
        step(state, batch, at) {
          const [next, { loss }] = trainable.step(state, batch, at);
          // Not of a constant, which TensorFlow would compute beforehand.
          const large = tf.mean(
            tf.broadcastTo(
              tf.reshape(
                loss as tf.Scalar,
                shape(microBatch).map(() => 1),
              ),
              shape(microBatch),
            ),
          );
          return [next, { loss: large as tf.Scalar }];
        },
      };
    },
  };
  const study = { ...SMALL, name: 'hungry', title: 'Hungry', spec: { ...SMALL.spec, batch: 64 } };
  return defineExperiment(method, study as never, { dataSets: [clothes] });
}

/** 25.6 EB for 64 images, 6.4 EB for 16, 1 GB for 8. */
const steep = (images: number): number[] => (images > 8 ? [images, 1e9, 1e8] : [images, 1e4, 3125]);

const failure = async (...how: Parameters<typeof hungry>): Promise<string> => {
  // What surely cannot fit is refused before it begins, unless it is forced.
  const { failures } = await store.run({ session: { force: true } }, 'runs', hungry(...how));
  expect(failures).toHaveLength(1);
  return failures[0]!.error.message;
};

describe('a step for which there is no memory', () => {
  test('says what was asked for, what a step needs, and which micro-batch would fit', async () => {
    const message = await failure(steep, true);
    expect(message).toMatch(/^out of memory: .*OOM when allocating tensor with shape\[64,1000000000,100000000\]/s);
    const [, needs, microBatch] = /A step needs at least ([\d.]+ [TG]B), of .* --micro-batch (\d+) needs at least/s.exec(message)!; // prettier-ignore
    expect(Number.parseFloat(needs!)).toBeCloseTo((4 * 64 * 1e9 * 1e8) / (needs!.endsWith('TB') ? 1e12 : 1e9), -1);
    // 1 GB; twice as many images take billions of times as much.
    expect(Number(microBatch)).toBe(8);
  });

  test('says what else to do where no micro-batch would fit, or the method takes none', async () => {
    expect(await failure((images) => [images, 1e9, 1e8], true)).toMatch(/No micro-batch would fit: take a smaller network, or a machine with more memory\./); // prettier-ignore
    expect(await failure(steep, false)).toMatch(/Take a smaller batch or network, which makes another run of it/);
  });
});

test('is told from other failures, behind whatever it was wrapped into', () => {
  const none = new TensorFlowError('OOM', 8);
  expect(isOutOfMemory(new Error('step', { cause: new Error('inner', { cause: none }) }))).toBe(true);
  expect(isOutOfMemory(new TensorFlowError('invalid', 3))).toBe(false);
  expect(isOutOfMemory(new Error('other'))).toBe(false);
});
