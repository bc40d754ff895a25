// Leaves in the middle of a step that runs off the main thread.
import * as tf from '@tensorflow/tfjs-core';
import { compileStep, useTensorFlow } from '@spatial-ensemble/engine';

await useTensorFlow();
const step = compileStep(
  (x: tf.Tensor2D) => {
    let y: tf.Tensor2D = x;
    for (let i = 0; i < 60; i++) y = tf.tanh(tf.matMul(y, x)) as tf.Tensor2D;
    return [y, {}] as const;
  },
  { name: 'slow' },
);
void step.async(tf.ones<tf.Rank.R2>([600, 600])).then(() => console.log('too late'));
setTimeout(() => {
  console.log('leaving');
  process.exit(3);
}, 20);
