import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { startTensorFlow, type TensorFlowInfo, type TensorFlowOptions } from '../binding/start.ts';
import type { TensorFlowBinding } from '../binding/tensorflow-binding.ts';
import { registerKernels } from '../kernels/register.ts';
import { createBackend } from './backend.ts';
import { setBackend } from './live-backend.ts';

const require = createRequire(import.meta.url);

let registered = false;

/**
 * Finds TensorFlow 2.21 (fetching it once if it has to), starts it, and makes it TensorFlow.js' backend, named
 * `tensorflow`.
 *
 * @throws Error when the library cannot be found or started, when it already runs with other options, for an unknown
 *   option, or when TensorFlow.js does not take it as its backend.
 */
export async function useTensorFlow(options: TensorFlowOptions = {}): Promise<TensorFlowInfo> {
  const { binding, info } = await startTensorFlow(options);
  if (!registered) register(binding);
  // TensorFlow.js falls back to another backend in silence when a factory fails.
  if (!(await tf.setBackend('tensorflow')) || tf.getBackend() !== 'tensorflow') {
    throw new Error(`TensorFlow.js runs on the backend ${tf.getBackend()} instead of tensorflow`);
  }
  return info;
}

function register(binding: TensorFlowBinding): void {
  const created = createBackend(binding);
  if (!tf.registerBackend('tensorflow', () => created as unknown as tf.KernelBackend, 3)) {
    throw new Error(
      'TensorFlow.js already has another backend named tensorflow: do not load @tensorflow/tfjs-node beside this one',
    );
  }
  // The kernels look for the backend by its name while they are loaded.
  require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels');
  registerKernels();
  setBackend(created);
  registered = true;
}
