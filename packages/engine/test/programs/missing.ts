// Asks for TensorFlow where there is none, beside another backend that could take its place in silence.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { compile, requireBackend, useTensorFlow } from '@spatial-ensemble/engine';

function attempt(what: () => unknown): void {
  try {
    console.log(`no error: ${String(what())}`);
  } catch (error) {
    console.log((error as Error).message);
  }
}

// Twice: an attempt that failed does not stand in the way of the next.
for (let i = 0; i < 2; i++) await useTensorFlow().catch((error: Error) => console.log(error.message));
console.log(tf.findBackend('tensorflow') === null ? 'not registered' : 'registered');
await tf.ready();
attempt(requireBackend);
attempt(() => compile((x: tf.Tensor) => tf.add(x, 1), { name: 'next' }).fingerprint(tf.scalar(1)));
