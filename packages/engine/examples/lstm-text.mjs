/**
 * Text, letter by letter, as Node.js programs for `@tensorflow/tfjs-node` are written: a recurrent network learns which
 * letter comes next in a rhyme, and goes on from its beginning.
 *
 *     node lstm-text.mjs [EPOCHS]
 */
import * as tf from '@spatial-ensemble/engine/tfjs';

const TEXT = 'one two three four five, once i caught a fish alive. six seven eight nine ten, then i let it go again. ';
const SEEN = 12;
const [epochs = '25'] = process.argv.slice(2);
const letters = [...new Set(TEXT)].sort();
const numbers = [...TEXT].map((letter) => letters.indexOf(letter));
const windows = numbers.slice(0, -SEEN).map((_, start) => numbers.slice(start, start + SEEN));
const oneHot = (rows) => tf.cast(tf.oneHot(tf.tensor(rows, undefined, 'int32'), letters.length), 'float32');

const model = tf.sequential({
  layers: [
    tf.layers.lstm({
      units: 48,
      inputShape: [SEEN, letters.length],
      kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
      recurrentInitializer: tf.initializers.glorotUniform({ seed: 2 }),
    }),
    tf.layers.dense({
      units: letters.length,
      activation: 'softmax',
      kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
    }),
  ],
});
model.compile({ optimizer: tf.train.rmsprop(0.02), loss: 'categoricalCrossentropy' });
const { history } = await model.fit(oneHot(windows), oneHot(numbers.slice(SEEN)), {
  epochs: Number(epochs),
  batchSize: 32,
  shuffle: false,
  verbose: 0,
});

const written = numbers.slice(0, SEEN);
for (let i = 0; i < 30; i++)
  written.push(tf.tidy(() => tf.argMax(model.predict(oneHot([written.slice(-SEEN)])), -1).dataSync()[0]));
const text = written.map((number) => letters[number]).join('');
console.log(JSON.stringify({ backend: tf.getBackend(), losses: history.loss, text }));
