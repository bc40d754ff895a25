// A LayersModel and its teacher, on plain TensorFlow.js: the teacher's weights after three updates of each kind, as they
// come out in Node.js and in a browser.
import { key, mask, seeds, uniform } from '@spatial-ensemble/random';
import { smooth, unitsOf } from '@spatial-ensemble/smoothing';
import * as tf from '@tensorflow/tfjs';

const MOMENTUM = 0.9;
const PRESERVE = 0.5;
const UPDATES = 3;

/** Weights of one's own choice, by `name` alone. */
function networkOf(name) {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ name: 'conv', inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
      tf.layers.batchNormalization({ name: 'norm' }),
      tf.layers.flatten(),
      tf.layers.dense({ name: 'dense', units: 3 }),
    ],
  });
  const drawn = model.getWeights().map(({ shape, size }, i) => tf.tensor(uniform(key(name).fold(i), size), shape));
  model.setWeights(drawn);
  return model;
}

/** The trainable weights of each layer, by names of our own, and what they mean. */
function weightsOf(model) {
  const named = model.layers.flatMap((layer) =>
    layer.trainableWeights.map((weight) => ({ name: weight.originalName, layer, weight })),
  );
  return {
    tensors: Object.fromEntries(named.map(({ name, weight }) => [name, weight.read()])),
    metas: Object.fromEntries(
      named.map(({ name, layer, weight: { shape } }) => [
        name,
        { shape, module: layer.name, outAxis: shape.length - 1 },
      ]),
    ),
    write: (values) => named.forEach(({ name, weight }) => weight.write(values[name])),
  };
}

/** @returns `{ tma: { 'conv/kernel': [...] }, sts: ..., predicts: [...] }` */
export async function smoothed(backend) {
  await tf.setBackend(backend);
  const result = { backend: tf.getBackend() };
  for (const kind of ['tma', 'sts']) {
    const [student, teacher] = [networkOf('student'), networkOf('teacher')];
    const masks = seeds(7).mask;
    for (let step = 0; step < UPDATES; step++) {
      const draw = (unit, shape) => tf.tensor(uniform(mask(masks, step, unit), tf.util.sizeFromShape(shape)), shape);
      const { tensors, metas, write } = weightsOf(teacher);
      const units = unitsOf(metas, 'channel');
      const options = { momentum: MOMENTUM, preserve: PRESERVE, draw };
      write(smooth(kind, tensors, weightsOf(student).tensors, units, options).teacher);
    }
    const { tensors } = weightsOf(teacher);
    result[kind] = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
    result[kind].predicts = [...teacher.predict(tf.ones([1, 8, 8, 1])).dataSync()];
  }
  return result;
}
