import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileModel, useTensorFlow } from '@spatial-ensemble/engine';
import { expectClose } from './close.ts';

beforeAll(async () => {
  await useTensorFlow();
});

const glorot = (seed: number) => tf.initializers.glorotUniform({ seed });
const noise = (shape: readonly number[], seed: number) => tf.randomNormal([...shape], 0, 1, 'float32', seed);
const classes = (n: number) =>
  tf.cast(
    tf.oneHot(
      tf.tensor1d(
        Array.from({ length: n }, (_, i) => (i * 7) % 3),
        'int32',
      ),
      3,
    ),
    'float32',
  );
const valuesOf = (model: tf.LayersModel): number[] => model.getWeights().flatMap((w) => [...w.dataSync()]);
const numbers = (history: object): number[] => Object.values(history as Record<string, number[]>).flat();

// Grappler writes some ops of a graph in other ways: after a few steps single weights are off by their last bits.
const LAST_BITS = 1e-6;

const dense = () =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: 6, activation: 'relu', inputShape: [4], kernelInitializer: glorot(1) }),
      tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: glorot(2) }),
    ],
  });

const linear = () =>
  tf.sequential({
    layers: [tf.layers.dense({ units: 3, activation: 'softmax', inputShape: [4], kernelInitializer: glorot(1) })],
  });

const convolutional = () =>
  tf.sequential({
    layers: [
      tf.layers.conv2d({
        filters: 4,
        kernelSize: 3,
        padding: 'same',
        inputShape: [6, 6, 2],
        kernelInitializer: glorot(1),
        kernelRegularizer: tf.regularizers.l2(),
      }),
      tf.layers.batchNormalization(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: glorot(2) }),
    ],
  });

const recurrent = () =>
  tf.sequential({
    layers: [
      tf.layers.lstm({
        units: 5,
        inputShape: [3, 4],
        kernelInitializer: glorot(1),
        recurrentInitializer: glorot(2),
      }),
      tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: glorot(3) }),
    ],
  });

/** The same, told to two models: as TensorFlow.js makes it, and compiled. */
async function both<T>(
  make: () => tf.Sequential,
  optimizer: () => tf.Optimizer,
  tell: (model: tf.Sequential, optimizer: tf.Optimizer) => Promise<T>,
): Promise<readonly [plain: T, compiled: T]> {
  const told: T[] = [];
  for (const model of [make(), compileModel(make())]) {
    const own = optimizer();
    model.compile({ optimizer: own, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    told.push(await tell(model, own));
    model.dispose();
  }
  return told as [T, T];
}

const OPTIMISERS: { readonly [name: string]: () => tf.Optimizer } = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9, true),
  adam: () => tf.train.adam(0.02),
  adamax: () => tf.train.adamax(0.02, 0.9, 0.99, 1e-7, 0.1),
  rmsprop: () => tf.train.rmsprop(0.02, 0.9, 0.5),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.5),
};

function setRate(optimizer: tf.Optimizer, rate: number): void {
  if ('setLearningRate' in optimizer) (optimizer as tf.SGDOptimizer).setLearningRate(rate);
  else (optimizer as unknown as { learningRate: number }).learningRate = rate;
}

test.each(Object.keys(OPTIMISERS))('%s: three steps, and one with another learning rate', async (name) => {
  const [plain, compiled] = await both(linear, OPTIMISERS[name]!, async (model, optimizer) => {
    const said: (number | number[])[] = [];
    for (let step = 0; step < 4; step++) {
      if (step === 3) setRate(optimizer, 0.3);
      said.push(await model.trainOnBatch(noise([5, 4], 3 + step), classes(5)));
    }
    const slots = name === 'adamax' ? [] : await optimizer.getWeights();
    return [...said.flat(), ...valuesOf(model), ...slots.flatMap(({ tensor }) => [...tensor.dataSync()])];
  });
  expectClose(compiled, plain, LAST_BITS);
});

describe('fit', () => {
  test('a convolutional network with batch norm and a penalty, sample weights, validation', async () => {
    const [plain, compiled] = await both(convolutional, OPTIMISERS['momentum']!, async (model) => {
      const { history } = await model.fit(noise([14, 6, 6, 2], 5), classes(14), {
        batchSize: 4,
        epochs: 2,
        shuffle: false,
        verbose: 0,
        validationSplit: 0.3,
        classWeight: { 0: 1, 1: 2, 2: 0.5 },
      });
      expect(Object.keys(history)).toEqual(['val_loss', 'val_acc', 'loss', 'acc']);
      return [...numbers(history), ...valuesOf(model)];
    });
    expectClose(compiled, plain, LAST_BITS);
  });

  test('a recurrent network, with callbacks that set the learning rate and stop', async () => {
    const [plain, compiled] = await both(recurrent, OPTIMISERS['rmsprop']!, async (model, optimizer) => {
      const seen: number[] = [];
      const { history } = await model.fit(noise([9, 3, 4], 6), classes(9), {
        batchSize: 5,
        epochs: 7,
        shuffle: false,
        verbose: 0,
        callbacks: {
          onEpochBegin: async (epoch) => setRate(optimizer, 0.02 / (epoch + 1)),
          onBatchEnd: async (batch, logs) => void seen.push(batch, logs!['loss']!, logs!['size']!),
          onEpochEnd: async (epoch) => {
            if (epoch === 2) model.stopTraining = true;
          },
        },
      });
      expect(history['loss']).toHaveLength(3);
      return [...numbers(history), ...seen, ...valuesOf(model)];
    });
    expectClose(compiled, plain, LAST_BITS);
  });

  test('of data sets', async () => {
    const [plain, compiled] = await both(dense, OPTIMISERS['adam']!, async (model) => {
      const rows = tf.data.zip({
        xs: tf.data.array(noise([7, 4], 3).arraySync() as number[][]),
        ys: tf.data.array(classes(7).arraySync() as number[][]),
      });
      const { history } = await model.fitDataset(rows.batch(3), { epochs: 2, verbose: 0 });
      return [...numbers(history), ...valuesOf(model)];
    });
    expectClose(compiled, plain, LAST_BITS);
  });
});

test('two inputs and two outputs, of which one has weights of classes', async () => {
  const make = (): tf.LayersModel => {
    const inputs = [tf.input({ shape: [4] }), tf.input({ shape: [4] })];
    const head = (name: string, seed: number) =>
      tf.layers.dense({ name, units: 3, activation: 'softmax', kernelInitializer: glorot(seed) });
    const sum = tf.layers.add().apply(inputs) as tf.SymbolicTensor;
    return tf.model({
      inputs,
      outputs: [head('a', 1).apply(sum), head('b', 2).apply(sum)] as tf.SymbolicTensor[],
    });
  };
  const told: number[][] = [];
  for (const model of [make(), compileModel(make())]) {
    model.compile({ optimizer: tf.train.sgd(0.2), loss: 'categoricalCrossentropy', metrics: { b: 'accuracy' } });
    const x = [noise([6, 4], 7), noise([6, 4], 8)];
    const { history } = await model.fit(x, [classes(6), classes(6)], {
      batchSize: 3,
      epochs: 2,
      shuffle: false,
      verbose: 0,
      classWeight: { b: { 0: 3, 1: 1, 2: 1 } } as never,
    });
    const outputs = model.predict(x, { batchSize: 4 }) as tf.Tensor[];
    told.push([...numbers(history), ...valuesOf(model), ...outputs.flatMap((output) => [...output.dataSync()])]);
  }
  expectClose(told[1]!, told[0]!, LAST_BITS);
});

test('evaluate and predict, of more shapes than are traced too', async () => {
  const plain = dense();
  const compiled = compileModel(dense(), { maxTraces: 2 });
  for (const model of [plain, compiled])
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: ['mse'] });
  for (const n of [4, 6, 7, 1, 4]) {
    const x = noise([n, 4], 9);
    const outputs = [plain, compiled].map((model) => model.predict(x, { batchSize: 4 }) as tf.Tensor);
    expectClose(outputs[1]!, outputs[0]!, LAST_BITS);
    const losses = [plain, compiled].map((model) => model.evaluate(x, classes(n), { batchSize: 4 }) as tf.Scalar[]);
    expectClose(
      losses[1]!.map((loss) => loss.dataSync()[0]!),
      losses[0]!.map((loss) => loss.dataSync()[0]!),
      LAST_BITS,
    );
  }
  expect((compiled.predictOnBatch(noise([3, 4], 1)) as tf.Tensor).shape).toEqual([3, 3]);
});

describe('weights', () => {
  test('may be read, copied and set between steps; nothing is left behind', async () => {
    const model = compileModel(dense());
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const [x, y] = [noise([4, 4], 1), classes(4)];
    const step = (): Promise<number> => model.trainOnBatch(x, y) as Promise<number>;
    const first = await step();
    const second = await step();
    expect(second).toBeLessThan(first);
    const kernel = model.getWeights()[0]!;
    const copy = tf.clone(kernel);
    const before = copy.arraySync();
    const { numTensors } = tf.memory();
    await step();
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(copy.arraySync()).toEqual(before);
    expect(kernel.arraySync()).not.toEqual(before);
    // Back to where the second step left them: the loss is what the third said.
    const initial = dense();
    model.setWeights(initial.getWeights());
    expect(await step()).toBeCloseTo(first, 6);
  });

  test('another optimiser, loss and metric after the model is compiled anew', async () => {
    const [plain, compiled] = await both(dense, OPTIMISERS['sgd']!, async (model) => {
      const [x, y] = [noise([4, 4], 1), classes(4)];
      const said = [await model.trainOnBatch(x, y), await model.trainOnBatch(x, y)];
      model.compile({ optimizer: tf.train.adam(0.1), loss: 'meanSquaredError', metrics: ['mae', 'mse'] });
      for (let i = 0; i < 3; i++) said.push(await model.trainOnBatch(x, y));
      expect(said.at(-1)).toHaveLength(3);
      return [...said.flat(), ...valuesOf(model)];
    });
    expectClose(compiled, plain, LAST_BITS);
  });
});

describe('layers that draw', () => {
  /** Gives its input, dropped, as the loss of each step: all ones make the mask visible. */
  const dropping = (...layers: tf.layers.Layer[]) =>
    tf.sequential({
      layers: [
        ...layers,
        tf.layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones', name: `sum${Math.abs(layers.length)}` }),
      ],
    });
  const losses = async (model: tf.LayersModel, options?: { seed: string }): Promise<number[]> => {
    compileModel(model, options);
    const loss = (_: tf.Tensor, out: tf.Tensor) => tf.mean(tf.square(out));
    model.compile({ optimizer: tf.train.sgd(0), loss });
    const seen: number[] = [];
    for (let i = 0; i < 4; i++) seen.push((await model.trainOnBatch(tf.ones([16, 16]), tf.zeros([16, 1]))) as number);
    return seen;
  };

  test.each([
    ['dropout', () => [tf.layers.dropout({ rate: 0.5, inputShape: [16] })]],
    ['noise', () => [tf.layers.gaussianNoise({ stddev: 1, inputShape: [16] })]],
    ['Gaussian dropout', () => [tf.layers.gaussianDropout({ rate: 0.5, inputShape: [16] })]],
    ['alpha dropout', () => [tf.layers.alphaDropout({ rate: 0.5, inputShape: [16] })]],
  ] as const)('%s: anew at each step, the same for the same seed', async (_, make) => {
    const seen = await losses(dropping(...make()));
    expect(new Set(seen).size).toBe(4);
    expectClose(await losses(dropping(...make())), seen, LAST_BITS);
    expect((await losses(dropping(...make()), { seed: 'other' }))[1]).not.toBeCloseTo(seen[1]!, 3);
  });

  test('the masks of a recurrent layer are drawn anew at each step', async () => {
    const layers = [
      tf.layers.reshape({ targetShape: [2, 8], inputShape: [16] }),
      tf.layers.simpleRNN({ units: 16, dropout: 0.5, recurrentDropout: 0.5, kernelInitializer: glorot(1) }),
    ];
    expect(new Set(await losses(dropping(...layers))).size).toBe(4);
    expect((layers[1] as unknown as { cell: { dropoutMask: unknown } }).cell.dropoutMask).toBe(null);
  });

  test('a layer with a seed draws what it draws in TensorFlow.js, the same at each step', async () => {
    const make = () =>
      tf.sequential({
        layers: [
          tf.layers.dropout({ rate: 0.4, seed: 11, inputShape: [4] }),
          tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: glorot(2) }),
        ],
      });
    const [plain, compiled] = await both(make, OPTIMISERS['sgd']!, async (model) => {
      for (let i = 0; i < 3; i++) await model.trainOnBatch(noise([8, 4], 1), classes(8));
      return valuesOf(model);
    });
    expectClose(compiled, plain, LAST_BITS);
  });
});
