import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { runExample } from '../../../tools/vitest/readme-example.ts';

type FollowModel = (teacher: tf.LayersModel, student: tf.LayersModel) => void;

const layersModel = (): tf.LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [4, 4, 1], filters: 16, kernelSize: 3 }),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dense({ units: 16 }),
    ],
  });

it('the README’s teacher of a LayersModel follows it at its effective momentum, and keeps the number of tensors', async () => {
  await tf.setBackend('cpu');
  const { followModel } = await runExample(new URL('../README.md', import.meta.url), ['followModel'], 1);
  const follow = followModel as FollowModel;
  const [teacher, student] = [layersModel(), layersModel()];
  const fill = (model: tf.LayersModel, value: number): void =>
    model.setWeights(model.getWeights().map(({ shape }) => tf.fill(shape, value)));
  fill(teacher, 1);
  fill(student, 0);
  follow(teacher, student);
  const { numTensors } = tf.memory();
  const steps = 100;
  for (let step = 1; step < steps; step++) follow(teacher, student);
  expect(tf.memory().numTensors).toBe(numTensors);
  // Of 1 there is left 0.99 to the number of moves, which are 100 · 0.3 in expectation: 0.74, in single channels 0.62 to 0.87.
  for (const weight of teacher.trainableWeights) {
    const values = [...(await weight.read().data())];
    expect(Math.min(...values)).toBeGreaterThan(0.55);
    expect(Math.max(...values)).toBeLessThan(0.92);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.997 ** steps, 1);
  }
});
