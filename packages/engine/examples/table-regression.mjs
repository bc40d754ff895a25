/**
 * Prices from a table, as Node.js programs for `@tensorflow/tfjs-node` are written: a CSV file is read, a network of
 * layers is fitted, saved as files, loaded again and asked.
 *
 *     node table-regression.mjs [DIRECTORY TO SAVE TO]
 */
import * as tf from '@spatial-ensemble/engine/tfjs';

const TABLE = new URL('houses.csv', import.meta.url);
const [directory] = process.argv.slice(2);

const table = tf.data.csv(TABLE.href, { columnConfigs: { price: { isLabel: true } } });
// Areas of some 100 m², rooms, decades: inputs of about 1 each.
const scaled = table.map(({ xs, ys }) => ({
  xs: tf.tensor1d([xs.area / 100, xs.rooms / 4, xs.age / 50]),
  ys: tf.tensor1d([ys.price / 100]),
}));

const model = tf.sequential({
  layers: [
    tf.layers.dense({
      units: 16,
      activation: 'relu',
      inputShape: [3],
      kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
    }),
    tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' });
const { history } = await model.fitDataset(scaled.batch(30), { epochs: 25, verbose: 0 });

const asked = tf.tensor2d([
  [0.8, 0.75, 0.2],
  [1.5, 1.25, 1],
]);
const said = Array.from(model.predict(asked).dataSync());
let again;
if (directory !== undefined) {
  await model.save(`file://${directory}`);
  const loaded = await tf.loadLayersModel(`file://${directory}/model.json`);
  again = Array.from(loaded.predict(asked).dataSync());
}
console.log(JSON.stringify({ backend: tf.getBackend(), losses: history.loss, said, again }));
