import { dense, type Encoder } from '@spatial-ensemble/nn';
import type { Method } from '@spatial-ensemble/training';
import * as tf from '@tensorflow/tfjs-core';
import { tinyPretraining } from './tiny-pretraining.ts';

/** What the features of `tinyPretraining` are standardised by, once it says what it consists of. */
export const STANDARD = { mean: [0.25], deviation: [0.5] };

type Spec = ReturnType<typeof tinyPretraining.smoke>;

/** The same method, which says what its encoder consists of: a kernel on flattened pixels, and rectified. */
export const tinyAnatomy: Method<Spec, Spec> = {
  ...tinyPretraining,
  bind: (spec) => ({
    ...tinyPretraining.bind(spec),
    anatomy: { encoder: encoderOf(spec), heads: {}, standard: STANDARD },
  }),
};

function encoderOf({ features, pixels }: Spec): Encoder {
  const zeros = (_: unknown, shape: readonly number[]) => new Float32Array(shape.reduce((size, n) => size * n, 1));
  const projection = dense('encoder', { inputs: pixels, outputs: features, initial: zeros, bias: false });
  return {
    features,
    stride: 1,
    declares: projection.declares,
    forward: (pass, images) =>
      tf.relu(projection.forward(pass, tf.reshape(images, [images.shape[0]!, -1]))) as tf.Tensor2D,
  };
}
