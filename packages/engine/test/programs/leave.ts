// Leaves in the middle of a step that runs off the main thread: by `process.exit`, by an error, or by ending.
import * as tf from '@tensorflow/tfjs-core';
import { compileStep, useTensorFlow } from '@spatial-ensemble/engine';

await useTensorFlow();
const step = compileStep((x: tf.Tensor2D) => {
  let y: tf.Tensor2D = x;
  for (let i = 0; i < 60; i++) y = tf.tanh(tf.matMul(y, x)) as tf.Tensor2D;
  return [y, {}] as const;
}, { name: 'slow' });
const [next] = step(tf.ones<tf.Rank.R2>([600, 600]));
const begun = step.async(next);
setTimeout(() => {
  console.log('leaving');
  if (process.argv[2] === 'exit') process.exit(3);
  if (process.argv[2] === 'error') throw new Error('on purpose');
}, 20);
if (process.argv[2] === 'wait') {
  await begun;
  console.log('done');
}
