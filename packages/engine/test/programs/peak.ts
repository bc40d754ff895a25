// One step of five convolutions, the last one with large strides, forward and backward: what was counted for it beforehand, and what the process took,
// from /proc (Linux). Prints one line of JSON.
import { readFileSync, writeFileSync } from 'node:fs';
import { compileStep, conv2d, useTensorFlow, valueAndGrad } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';

function processBytes(field: 'VmRSS' | 'VmHWM'): number {
  return 1024 * Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))![1]);
}

await useTensorFlow();
const step = compileStep((state: { w: tf.Tensor4D }, x: tf.Tensor4D) => {
  const { loss, grads } = valueAndGrad(({ w }: typeof state) => {
    const y = [0, 1, 2, 3].reduce<tf.Tensor4D>((value) => tf.relu(conv2d(value, w, 1, 'same')), x);
    return { loss: tf.mean(conv2d(y, w, 16, 'same')) as tf.Scalar, aux: {} };
  })(state);
  return [{ w: tf.sub(state.w, grads.w) as tf.Tensor4D }, { loss }] as const;
});
const shape = [64, 64, 64, 16];
const state = { w: tf.mul(tf.ones([3, 3, 16, 16]), 0.1) as tf.Tensor4D };
const x = { data: new Float32Array(64 * 64 * 64 * 16).fill(1), shape };
const { peakBytes } = step.count(state, x as never);
const before = processBytes('VmRSS');
// The kernel counts the peak anew from here on (proc(5), clear_refs).
writeFileSync('/proc/self/clear_refs', '5');
step(state, x as never);
console.log(JSON.stringify({ counted: peakBytes, measured: processBytes('VmHWM') - before }));
