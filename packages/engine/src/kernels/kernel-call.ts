import type * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';

/** A kernel's call as TensorFlow.js makes it on the engine's backend. */
export interface KernelCall<Inputs, Attributes = undefined> {
  readonly inputs: Inputs;
  readonly backend: KernelBackend;
  readonly attrs: Attributes;
}

/** A kernel by the name that TensorFlow.js knows it by. */
export interface NamedKernel {
  readonly kernelName: string;
  readonly kernelFunc: unknown;
}

/** As TensorFlow.js declares a kernel's inputs, all of which are there; its own types say that each may be missing. */
type Given<Inputs> = { readonly [name in keyof Inputs]: Exclude<Inputs[name], undefined> };

/** A kernel under its name; its inputs and attributes are those that TensorFlow.js declares for the name. */
export function kernel<Inputs, Attributes = undefined>(
  kernelName: string,
  kernelFunc: (call: KernelCall<Given<Inputs>, Attributes>) => tf.TensorInfo | tf.TensorInfo[],
): NamedKernel {
  return { kernelName, kernelFunc };
}
