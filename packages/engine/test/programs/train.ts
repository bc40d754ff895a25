// Trains two steps of a small network and prints what runs, and what they gave. Ends by itself.
import { createHash } from 'node:crypto';
import { key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import {
  batchNormTrain,
  compileStep,
  conv2d,
  hostScalar,
  keyed,
  maxPool,
  softmaxCrossEntropy,
  useTensorFlow,
  valueAndGrad,
} from '@spatial-ensemble/engine';

const { oneDNN, environment } = await useTensorFlow({ threads: { intra: 1, inter: 1 } });

const init = key(7).fold('init');
const params = {
  filter: tf.mul(keyed.normal(init.fold('filter'), [3, 3, 3, 16]), 0.2),
  gamma: tf.ones([16]),
  beta: tf.zeros([16]),
  dense: tf.mul(keyed.normal(init.fold('dense'), [16, 10]), 0.2),
};
const step = compileStep(
  (state: typeof params, images: tf.Tensor, labels: tf.Tensor, rate: tf.Tensor) => {
    const x = tf.div(tf.cast(images, 'float32'), 255);
    const { loss, grads } = valueAndGrad((current: typeof params) => {
      const { y } = batchNormTrain(conv2d(x, current.filter, 1, 1), current.gamma, current.beta, 1e-5);
      const features = tf.mean(maxPool(tf.relu(y), 2, 2, 'valid'), [1, 2]) as tf.Tensor2D;
      const losses = softmaxCrossEntropy(tf.matMul(features, current.dense as tf.Tensor2D), labels);
      return { loss: tf.mean(losses) as tf.Scalar, aux: {} };
    })(state);
    const update = (name: keyof typeof params): tf.Tensor => tf.sub(state[name], tf.mul(rate, grads[name]));
    return [
      {
        filter: update('filter'),
        gamma: update('gamma'),
        beta: update('beta'),
        dense: update('dense'),
      } as typeof params,
      { loss },
    ] as const;
  },
  { name: 'train' },
);

const pixels = Uint8Array.from({ length: 32 * 16 * 16 * 3 }, (_, i) => (i * 2654435761) >>> 24);
const images = { data: pixels, shape: [32, 16, 16, 3] };
const labels = { data: Int32Array.from({ length: 32 }, (_, i) => i % 10), shape: [32] };
const fingerprint = step.fingerprint(params, images, labels, hostScalar(0.1));
const hash = createHash('sha256');
let state = params;
for (let i = 0; i < 2; i++) {
  const [next, { loss }] = step(state, images, labels, hostScalar(0.1));
  state = next;
  hash.update(loss.dataSync());
}
for (const tensor of Object.values(state)) hash.update(tensor.dataSync());
console.log(JSON.stringify({ oneDNN, environment, fingerprint, bits: hash.digest('hex') }));
