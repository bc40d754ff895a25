import * as tf from '@spatial-ensemble/engine/tfjs';

/** A model, and the samples of an epoch. */
export interface Fitted {
  readonly model: tf.LayersModel;
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
  readonly batch: number;
}

const glorot = (seed: number) => tf.initializers.glorotUniform({ seed });
const classes = (samples: number, among: number) =>
  tf.cast(
    tf.oneHot(
      tf.tensor1d(
        Array.from({ length: samples }, (_, i) => i % among),
        'int32',
      ),
      among,
    ),
    'float32',
  );

/** Two convolutions with batch norm and pooling on 28 by 28 pixels, as in TensorFlow.js' example of digits. */
function convolutional(): Fitted {
  const [batch, samples] = [64, 512];
  const block = (filters: number, more: object = {}): tf.layers.Layer[] => [
    tf.layers.conv2d({ filters, kernelSize: 5, kernelInitializer: glorot(filters), ...more }),
    tf.layers.batchNormalization(),
    tf.layers.activation({ activation: 'relu' }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
  ];
  const model = tf.sequential({
    layers: [
      ...block(8, { inputShape: [28, 28, 1] }),
      ...block(16),
      tf.layers.flatten(),
      tf.layers.dense({ units: 10, activation: 'softmax', kernelInitializer: glorot(3) }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return { model, x: tf.randomUniform([samples, 28, 28, 1], 0, 1, 'float32', 1), y: classes(samples, 10), batch };
}

/** The network of `packages/engine/examples/lstm-text.mjs`: 12 letters of 28, 48 units, batches of 32. */
function recurrent(): Fitted {
  const [batch, samples, letters] = [32, 256, 28];
  const model = tf.sequential({
    layers: [
      tf.layers.lstm({
        units: 48,
        inputShape: [12, letters],
        kernelInitializer: glorot(1),
        recurrentInitializer: glorot(2),
      }),
      tf.layers.dense({ units: letters, activation: 'softmax', kernelInitializer: glorot(3) }),
    ],
  });
  model.compile({ optimizer: tf.train.rmsprop(0.02), loss: 'categoricalCrossentropy' });
  return {
    model,
    x: tf.randomUniform([samples, 12, letters], 0, 1, 'float32', 1),
    y: classes(samples, letters),
    batch,
  };
}

/** What `FITS` of the workloads names. */
export const MODELS: { readonly [name: string]: () => Fitted } = { convolutional, recurrent };
