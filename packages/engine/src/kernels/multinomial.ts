import * as tf from '@tensorflow/tfjs-core';
import { DataType } from '../binding/dtypes.ts';
import { int, type } from './attributes.ts';
import { kernel } from './kernel-call.ts';

/**
 * Draws of categories. TensorFlow.js promises the same draws for the same seed; TensorFlow's op with a state, which
 * `@tensorflow/tfjs-node-gpu` 4.22 calls, goes on from the call before. So a seed that the caller gave goes to the op
 * without a state. Without one, TensorFlow.js gives a fraction, of which nothing is left as a whole number.
 */
export const multinomialKernels = [
  kernel<tf.MultinomialInputs, tf.MultinomialAttrs>(
    tf.Multinomial,
    ({ inputs: { logits }, backend, attrs: { numSamples, seed, normalized } }) => {
      const whole = Math.trunc(seed);
      return tf.tidy(() => {
        // Probabilities have the logits that are their logarithms.
        const given = normalized ? tf.log(logits as tf.Tensor) : logits;
        const types = [type('T', DataType.float32), type('output_dtype', DataType.int32)];
        const samples = tf.scalar(numSamples, 'int32');
        return whole === 0
          ? backend.executeSingleOutput('Multinomial', [...types, int('seed', 0), int('seed2', 0)], [given, samples])
          : backend.executeSingleOutput(
              'StatelessMultinomial',
              [...types, type('Tseed', DataType.int32)],
              [given, samples, tf.tensor1d([whole, 0], 'int32')],
            );
      });
    },
  ),
];
