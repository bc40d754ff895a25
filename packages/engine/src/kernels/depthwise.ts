import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '../backend/backend.ts';
import { requireTfjsNode } from '../tfjs-node.ts';
import { lacksDilation, spreadFilter } from './dilation.ts';
import type { NamedKernel } from './kernel-call.ts';

interface DepthwiseCall {
  readonly inputs: { readonly filter: tf.Tensor4D };
  readonly backend: unknown;
  readonly attrs: { readonly dilations?: [number, number] | number | null };
}

type Config = { readonly kernelFunc: (call: DepthwiseCall) => tf.Tensor };

/** The kernel of `@tensorflow/tfjs-node-gpu` 4.22, with a filter that has its gaps where TensorFlow knows no others. */
function spreading(kernelName: string, module: string, config: string): NamedKernel {
  const plain = (call: DepthwiseCall): tf.Tensor =>
    (requireTfjsNode(`kernels/${module}`) as { readonly [name: string]: Config })[config]!.kernelFunc(call);
  return {
    kernelName,
    kernelFunc: (call: DepthwiseCall): tf.Tensor => {
      const { inputs, backend, attrs } = call;
      const dilations = attrs.dilations ?? 1;
      const dilation = typeof dilations === 'number' ? ([dilations, dilations] as const) : dilations;
      if (!lacksDilation(backend as KernelBackend, dilation)) return plain(call);
      return tf.tidy(() =>
        plain({
          ...call,
          inputs: { ...inputs, filter: spreadFilter(inputs.filter, dilation) },
          attrs: { ...attrs, dilations: [1, 1] },
        }),
      );
    },
  };
}

/** Depthwise convolutions, dilated too on a processor without oneDNN. */
export const depthwiseKernels = [
  spreading(tf.DepthwiseConv2dNative, 'DepthwiseConv2dNative', 'depthwiseConv2dNativeConfig'),
  spreading(tf.FusedDepthwiseConv2D, 'FusedDepthwiseConv2D', 'fusedDepthwiseConv2DConfig'),
];
