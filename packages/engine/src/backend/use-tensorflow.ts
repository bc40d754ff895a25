import * as tf from '@tensorflow/tfjs-core';
import { startTensorFlow, startTensorFlowNow, type TensorFlowInfo, type TensorFlowOptions } from '../binding/start.ts';
import type { TensorFlowBinding } from '../binding/tensorflow-binding.ts';
import { registerKernels } from '../kernels/register.ts';
import { requireTfjsNode } from '../tfjs-node.ts';
import { createBackend } from './backend.ts';
import { setBackend } from './live-backend.ts';

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
  await tf.setBackend('tensorflow');
  checkBackend();
  return info;
}

/**
 * As `useTensorFlow`, done when it returns: a library that has to be fetched is waited for. If TensorFlow runs already,
 * it is taken as it is.
 *
 * @throws Error as `useTensorFlow` does
 */
export function useTensorFlowNow(options: TensorFlowOptions = {}): TensorFlowInfo {
  const { binding, info } = startTensorFlowNow(options);
  if (!registered) register(binding);
  // This factory gives a backend at once, so that the promise holds nothing but the answer.
  void tf.setBackend('tensorflow');
  checkBackend();
  return info;
}

/** TensorFlow.js falls back to another backend in silence when a factory fails. */
function checkBackend(): void {
  if (tf.getBackend() !== 'tensorflow')
    throw new Error(`TensorFlow.js runs on the backend ${tf.getBackend()} instead of tensorflow`);
}

function register(binding: TensorFlowBinding): void {
  const created = createBackend(binding);
  if (!tf.registerBackend('tensorflow', () => created as unknown as tf.KernelBackend, 3)) {
    throw new Error(
      'TensorFlow.js already has another backend named tensorflow: do not load @tensorflow/tfjs-node beside this one',
    );
  }
  // The kernels look for the backend by its name while they are loaded.
  requireTfjsNode('register_all_kernels');
  registerKernels();
  setBackend(created);
  registered = true;
}
