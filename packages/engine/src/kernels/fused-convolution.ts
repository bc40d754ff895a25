import * as tf from '@tensorflow/tfjs-core';
import { kernel } from './kernel-call.ts';

/** A value for each channel, in the shape that meets images of the format; others stay as they are. */
function alongChannels(values: tf.Tensor, dataFormat: 'NHWC' | 'NCHW'): tf.Tensor {
  return dataFormat === 'NCHW' && values.rank === 1 && values.size > 1
    ? tf.reshape(values, [values.size, 1, 1])
    : values;
}

function activate(x: tf.Tensor, { activation, leakyreluAlpha }: tf.FusedConv2DAttrs, alpha?: tf.Tensor): tf.Tensor {
  switch (activation) {
    case 'linear':
    case undefined:
    case null:
      return x;
    case 'relu':
      return tf.relu(x);
    case 'relu6':
      return tf.relu6(x);
    case 'elu':
      return tf.elu(x);
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'leakyrelu':
      return tf.leakyRelu(x, leakyreluAlpha);
    case 'prelu':
      return tf.prelu(x, alpha!);
    default:
      throw new Error(`fused.conv2d: the activation ${String(activation)} is none that TensorFlow.js knows`);
  }
}

/**
 * Convolution, bias and activation in one call, which the layers of TensorFlow.js make where no gradient is asked for.
 * `@tensorflow/tfjs-node-gpu` 4.22 refuses channels first, and padding by number.
 */
export const fusedConvolutionKernels = [
  kernel<tf.FusedConv2DInputs, tf.FusedConv2DAttrs>(tf.FusedConv2D, ({ inputs, attrs }) => {
    const { x, filter, bias, preluActivationWeights } = inputs as { [name in keyof tf.FusedConv2DInputs]: tf.Tensor };
    const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
    const plain = { strides, pad, dataFormat, dilations, dimRoundingMode } as unknown as tf.NamedAttrMap;
    return tf.tidy(() => {
      const convolved = tf.engine().runKernel(tf.Conv2D, { x, filter }, plain) as tf.Tensor;
      const shifted =
        bias === undefined || bias === null ? convolved : tf.add(convolved, alongChannels(bias, dataFormat));
      return activate(shifted, attrs, preluActivationWeights && alongChannels(preluActivationWeights, dataFormat));
    });
  }),
];
