import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { compileModel, useTensorFlow } from '@spatial-ensemble/engine';

beforeAll(async () => {
  await useTensorFlow();
});

class Halving extends tf.layers.Layer {
  static className = 'Halving';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return tf.max(x).dataSync()[0]! > 1 ? tf.div(x, 2) : x;
  }
}

class Counting extends tf.SGDOptimizer {
  steps = 0;
  override applyGradients(gradients: Parameters<tf.SGDOptimizer['applyGradients']>[0]): void {
    this.steps += 1;
    super.applyGradients(gradients);
  }
}

const ended = (...layers: tf.layers.Layer[]) =>
  tf.sequential({ layers: [...layers, tf.layers.dense({ units: 1, name: 'end' })] });
const dense = () => ended(tf.layers.dense({ units: 2, inputShape: [2], name: 'begin' }));

async function train(model: tf.LayersModel, optimizer: tf.Optimizer = tf.train.sgd(0.1)): Promise<void> {
  model.compile({ optimizer, loss: 'meanSquaredError' });
  for (let i = 0; i < 3; i++) await model.trainOnBatch(tf.ones([3, 2]), tf.ones([3, 1]));
}

test('a layer that cannot be compiled is named', async () => {
  const states = tf.layers.simpleRNN({ units: 2, stateful: true, batchInputShape: [3, 1, 2], name: 'states' });
  expect(() => compileModel(ended(states))).toThrow(
    'layer states (SimpleRNN) is stateful: it hands its states from batch to batch outside of the graph. Make it with stateful: false',
  );
  const grown = compileModel(
    tf.sequential({ layers: [tf.layers.dense({ units: 2, batchInputShape: [3, 1, 2], name: 'wide' })] }),
  );
  grown.add(tf.layers.simpleRNN({ units: 2, stateful: true, name: 'late' }));
  expect(() => grown.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })).toThrow(
    'layer late (SimpleRNN) is stateful',
  );
  const nested = tf.sequential({
    layers: [tf.layers.dense({ units: 2, inputShape: [2] }), new Halving({ name: 'half' })],
  });
  const before = nested.layers[1]!.call;
  await expect(train(compileModel(ended(nested)))).rejects.toThrow(
    /^layer half \(Halving\) cannot be compiled: .*the value of Max was read while the function is traced/,
  );
  expect(nested.layers[1]!.call).toBe(before);
});

test('an optimiser that counts in JavaScript is named', async () => {
  await expect(train(compileModel(dense()), new Counting(0.1))).rejects.toThrow(
    'SGD changes its field steps at each step, a value of JavaScript that a compiled step would change once: hold it in a tf.Variable',
  );
});

test('after a step that was refused, the model is what it was', async () => {
  const model = compileModel(dense());
  // Gives 2 where 1 is wanted: from weights as they are drawn, a step may lead away.
  model.setWeights([tf.eye(2), tf.zeros([2]), tf.ones([2, 1]), tf.zeros([1])]);
  let read = true;
  const loss = (y: tf.Tensor, p: tf.Tensor): tf.Tensor => {
    const squares = tf.squaredDifference(y, p);
    if (read) squares.dataSync();
    return tf.mean(squares);
  };
  model.compile({ optimizer: tf.train.adam(0.1), loss });
  const [x, y] = [tf.ones([3, 2]), tf.ones([3, 1])];
  const step = () => model.trainOnBatch(x, y);
  const first = await step();
  const { numTensors } = tf.memory();
  const weights = model.getWeights().map((w) => w.arraySync());
  await expect(step()).rejects.toThrow('was read while the function is traced');
  expect(model.getWeights().map((w) => w.arraySync())).toEqual(weights);
  expect(tf.memory().numTensors).toBe(numTensors);
  read = false;
  expect(await step()).toBeLessThan(first as number);
});

test('settings of an optimiser that is not TensorFlow.js’ own may change between steps', async () => {
  class Own extends tf.SGDOptimizer {
    scale = 1;
    override applyGradients(gradients: Parameters<tf.SGDOptimizer['applyGradients']>[0]): void {
      const list = gradients as unknown as { name: string; tensor: tf.Tensor }[];
      super.applyGradients(list.map(({ name, tensor }) => ({ name, tensor: tf.mul(tensor, this.scale) })) as never);
    }
  }
  const told: number[][] = [];
  for (const model of [dense(), compileModel(dense())]) {
    for (const weight of model.weights) weight.write(tf.mul(tf.onesLike(weight.read()), 0.3));
    const optimizer = new Own(0.05);
    model.compile({ optimizer, loss: 'meanSquaredError' });
    const losses: number[] = [];
    for (let i = 0; i < 6; i++) {
      if (i === 3) optimizer.scale = 3;
      losses.push((await model.trainOnBatch(tf.ones([3, 2]), tf.zeros([3, 1]))) as number);
    }
    told.push(losses);
  }
  told[0]!.forEach((loss, i) => expect(told[1]![i]).toBeCloseTo(loss, 6));
});

test('what is not a model, and a second time', () => {
  expect(() => compileModel({} as never)).toThrow('compileModel takes a LayersModel');
  const model = compileModel(dense());
  expect(() => compileModel(model)).toThrow('was given to compileModel before');
  expect(() => compileModel(dense(), { maxTrace: 3 } as never)).toThrow('unknown option maxTrace');
});
