import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { isPortable } from '../backend/portable.ts';

/** A kernel on images, as TensorFlow.js calls it. */
export interface ImageCall {
  readonly inputs: { readonly [name: string]: tf.Tensor };
  readonly backend: unknown;
  readonly attrs: { readonly dataFormat?: string; readonly inputShape?: readonly number[]; readonly pad?: unknown };
}

/** Whether convolutions know images with channels last alone: those of a processor without oneDNN's kernels. */
function lacksChannelsFirst(backend: KernelBackend): boolean {
  const { device, oneDNN } = backend.binding.runtime;
  return device.type === 'CPU' && !oneDNN && !isPortable();
}

/**
 * A kernel of a convolution that takes images with channels first on any device: where TensorFlow has none for them, on
 * images that are turned.
 *
 * @param gives what comes out: images, to be turned back, or a filter, which is the same in both formats
 */
export function withChannelsFirst<Call extends ImageCall>(
  gives: 'images' | 'filter',
  kernelFunc: (call: Call) => tf.Tensor,
): (call: Call) => tf.Tensor {
  return (call) => {
    const { inputs, backend, attrs } = call;
    if (attrs.dataFormat !== 'NCHW' || !lacksChannelsFirst(backend as KernelBackend)) return kernelFunc(call);
    return tf.tidy(() => {
      const turned = Object.entries(inputs).map(([name, input]) => [
        name,
        name === 'filter' ? input : tf.transpose(input, [0, 2, 3, 1]),
      ]);
      const inputShape = attrs.inputShape && { inputShape: channelsLast(attrs.inputShape) };
      const pad = Array.isArray(attrs.pad) && { pad: channelsLast(attrs.pad as unknown[]) };
      const made = kernelFunc({
        ...call,
        inputs: Object.fromEntries(turned) as Call['inputs'],
        attrs: { ...attrs, dataFormat: 'NHWC', ...inputShape, ...pad },
      });
      return gives === 'images' ? tf.transpose(made, [0, 3, 1, 2]) : made;
    });
  };
}

/** What is told by axis, such as sizes or padding. */
function channelsLast<T>([images, channels, ...sides]: readonly T[]): T[] {
  return [images!, ...sides, channels!];
}
