import * as tf from '@tensorflow/tfjs-core';
import { batchNormGradients, batchNormKernels, inferenceGradient } from './batch-norm.ts';
import { biasGradients, biasKernels } from './bias.ts';
import { bincountKernels } from './bincount.ts';
import { checkingArguments } from './check-arguments.ts';
import { convolutionGradient, convolutionKernels } from './convolution.ts';
import { crossEntropyGradients, crossEntropyKernels } from './cross-entropy.ts';
import { depthwiseKernels } from './depthwise.ts';
import { einsumKernels } from './einsum.ts';
import { elementTypeKernels } from './element-types.ts';
import { fusedConvolutionKernels } from './fused-convolution.ts';
import { gatherKernels } from './gather.ts';
import { multinomialKernels } from './multinomial.ts';
import { pooling3dKernels } from './pooling-3d.ts';
import { poolingArgmaxKernels } from './pooling-argmax.ts';
import { poolingKernels } from './pooling.ts';
import { projectiveTransformKernels } from './projective-transform.ts';
import { raggedKernels } from './ragged.ts';
import { rectifierGradients, rectifierKernels } from './rectifiers.ts';
import { scatterKernels } from './scatter.ts';
import { searchSortedKernels } from './search-sorted.ts';
import { sparseKernels } from './sparse.ts';
import { stringComparisonKernels } from './string-comparison.ts';
import { stringKernels } from './strings.ts';
import { uniqueKernels } from './unique.ts';

/** Puts the engine's kernels and gradients beside and over those of `@tensorflow/tfjs-node-gpu`, and checks the arguments of all. */
export function registerKernels(): void {
  const kernels = [
    ...biasKernels,
    ...convolutionKernels,
    ...depthwiseKernels,
    ...gatherKernels,
    ...poolingKernels,
    ...batchNormKernels,
    ...rectifierKernels,
    ...crossEntropyKernels,
    ...fusedConvolutionKernels,
    ...elementTypeKernels,
    ...scatterKernels,
    ...multinomialKernels,
    ...bincountKernels,
    ...searchSortedKernels,
    ...projectiveTransformKernels,
    ...poolingArgmaxKernels,
    ...pooling3dKernels,
    ...einsumKernels,
    ...uniqueKernels,
    ...stringKernels,
    ...stringComparisonKernels,
    ...sparseKernels,
    ...raggedKernels,
  ];
  for (const { kernelName, kernelFunc } of kernels) {
    // TensorFlow.js warns when a kernel is registered twice.
    if (tf.getKernel(kernelName, 'tensorflow') !== undefined) tf.unregisterKernel(kernelName, 'tensorflow');
    tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc: kernelFunc as unknown as tf.KernelFunc });
  }
  for (const kernel of tf.getKernelsForBackend('tensorflow')) {
    tf.unregisterKernel(kernel.kernelName, 'tensorflow');
    tf.registerKernel(checkingArguments(kernel));
  }
  const gradients = [
    ...biasGradients,
    ...batchNormGradients,
    ...rectifierGradients,
    ...crossEntropyGradients,
    convolutionGradient(tf.getGradient(tf.Conv2D)!),
    inferenceGradient(tf.getGradient(tf.FusedBatchNorm)!),
  ];
  for (const gradient of gradients) tf.registerGradient(gradient);
}
