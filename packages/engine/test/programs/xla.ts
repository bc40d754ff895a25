// Starts with the flags of XLA that the environment holds, compiles a function by it and says what it gives.
import * as tf from '@tensorflow/tfjs-core';
import { compile, useTensorFlow } from '@spatial-ensemble/engine';

await useTensorFlow({ device: 'cpu', threads: { intra: 1, inter: 1 } });
const square = compile((x: tf.Tensor2D) => tf.sum(tf.matMul(x, x)), { name: 'test.xla', xla: true });
console.log((square(tf.ones([8, 8])) as tf.Tensor).dataSync()[0]);
