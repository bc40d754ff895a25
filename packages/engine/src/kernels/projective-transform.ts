import * as tf from '@tensorflow/tfjs-core';
import { DataType } from '../binding/dtypes.ts';
import { text, type } from './attributes.ts';
import { kernel } from './kernel-call.ts';

/** Projective transforms of images, by TensorFlow's `ImageProjectiveTransformV3`. */
export const projectiveTransformKernels = [
  kernel<tf.TransformInputs, tf.TransformAttrs>(
    tf.Transform,
    ({ inputs: { image, transforms }, backend, attrs: { interpolation, fillMode, fillValue, outputShape } }) =>
      tf.tidy(() =>
        backend.executeSingleOutput(
          'ImageProjectiveTransformV3',
          [
            type('dtype', DataType.float32),
            text('interpolation', interpolation.toUpperCase()),
            text('fill_mode', fillMode.toUpperCase()),
          ],
          [
            image,
            transforms,
            tf.tensor1d(outputShape ?? [image.shape[1]!, image.shape[2]!], 'int32'),
            tf.scalar(fillValue),
          ],
        ),
      ),
  ),
];
