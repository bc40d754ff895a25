import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from './backend.ts';

let backend: KernelBackend | undefined;

/** Remembers the backend that was started. */
export function setBackend(started: KernelBackend): void {
  backend = started;
}

/** The backend, if it runs and TensorFlow.js uses it. */
export function liveBackend(): KernelBackend | undefined {
  return backend !== undefined && tf.getBackend() === 'tensorflow' ? backend : undefined;
}

/** The backend. @throws Error when TensorFlow.js runs on another one. */
export function requireBackend(): KernelBackend {
  const live = liveBackend();
  if (live === undefined)
    throw new Error(
      `this needs TensorFlow: call \`await useTensorFlow()\` first (TensorFlow.js runs on the backend ${tf.getBackend()})`,
    );
  return live;
}
