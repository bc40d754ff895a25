/** Asks the engine for what TensorFlow ends the process over, and prints what it says to each, as JSON. */
import * as tf from '@tensorflow/tfjs-core';
import { compile, keyed, useTensorFlow } from '@spatial-ensemble/engine';
import { key, type Key } from '@spatial-ensemble/random';

await useTensorFlow();

const LARGE = [2 ** 31 - 1, 2 ** 31 - 1, 4];
const BEYOND = [2 ** 32 + 3];
const ones = (n: number): number[] => new Array<number>(n).fill(1);
const ofRank = (n: number, dtype: 'float32' | 'int32' = 'float32'): tf.Tensor => tf.tensor([1], ones(n), dtype);
const empty = (...shape: number[]): tf.Tensor => tf.tensor([], shape, 'float32');
const host = (...shape: number[]): tf.Tensor => ({ data: new Float32Array(shape.includes(0) ? 0 : 1), shape }) as never;

/** Each once op by op and once traced. */
const OPS: { readonly [name: string]: readonly [(...x: tf.Tensor[]) => tf.Tensor, ...(() => tf.Tensor)[]] } = {
  // oxlint-disable unicorn/no-array-fill-with-reference-type -- this `fill` is no array's: it takes a shape.
  'fill of rank 300': [() => tf.fill(ones(300), 1)],
  'fill of too many elements': [() => tf.fill(LARGE, 1)],
  'fill beyond int32': [() => tf.fill(BEYOND, 1)],
  // oxlint-enable unicorn/no-array-fill-with-reference-type
  'reshape to rank 255': [(x) => tf.reshape(x!, ones(255)), () => tf.ones([1])],
  'reshape beyond int32': [(x) => tf.reshape(x!, [2 ** 32, 0]), () => empty(0)],
  'broadcastTo of rank 300': [(x) => tf.broadcastTo(x!, ones(300)), () => tf.scalar(1)],
  'tile beyond int32': [(x) => tf.tile(x!, [2 ** 32]), () => tf.ones([2])],
  'pad beyond int32': [(x) => tf.pad(x!, [[2 ** 32, 0]]), () => tf.ones([2])],
  'oneHot beyond int32': [(x) => tf.oneHot(x as tf.Tensor1D, 2 ** 32), () => tf.zeros([2], 'int32')],
  'oneHot of rank 254': [(x) => tf.oneHot(x as tf.Tensor1D, 3), () => ofRank(254, 'int32')],
  'linspace beyond int32': [() => tf.linspace(0, 1, 2 ** 40)],
  'expandDims of rank 254': [(x) => tf.expandDims(x!, 0), () => ofRank(254)],
  'stack of rank 254': [(x) => tf.stack([x!, x!]), () => ofRank(254)],
  'a new axis of rank 254': [(x) => tf.stridedSlice(x!, [0], [1], [1], 0, 0, 0, 1, 0), () => ofRank(254)],
  'gather of rank 200 by rank 200': [(x, at) => tf.gather(x!, at!), () => ofRank(200), () => ofRank(200, 'int32')],
  'an outer sum of empty tensors': [(x, y) => tf.add(x!, y!), () => empty(2 ** 32, 1, 0), () => empty(1, 2 ** 32, 0)],
  'an outer product of empty tensors': [(x, y) => tf.matMul(x!, y!), () => empty(2 ** 32, 0), () => empty(0, 2 ** 32)],
  'a transposed convolution': [
    (x, filter) =>
      tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [2 ** 20, 2 ** 31 - 1, 2 ** 31 - 1, 1], 1, 'same'),
    () => tf.ones([1, 3, 3, 1]),
    () => tf.ones([1, 1, 1, 1]),
  ],
};

const asked: { readonly [name: string]: () => unknown } = {
  'a tensor of rank 255': () => tf.square(ofRank(255)),
  'a tensor of too many elements': () => tf.square(empty(2 ** 52, 2 ** 52, 0)),
  'texts of rank 255': () => tf.reshape(tf.tensor(['a'], ones(255)), [1]),
  'a host tensor of rank 300': () => compile((x: tf.Tensor) => tf.square(x))(host(...ones(300))),
  'a host tensor of too many elements': () => compile((x: tf.Tensor) => tf.square(x))(host(2 ** 52, 2 ** 52, 0)),
  ...Object.fromEntries(
    Object.entries(OPS).flatMap(([name, [op, ...inputs]]) => [
      [name, () => op(...inputs.map((make) => make()))],
      [`${name}, traced`, () => compile(op)(...inputs.map((make) => make()))],
    ]),
  ),
  'multinomial beyond int32': () => tf.multinomial(tf.ones([2]) as tf.Tensor1D, 2 ** 40, 1),
  'keyed.uniform of 2^32': () => keyed.uniform(key(1), [2 ** 32]),
  'keyed.uniform of 2^32, traced': () => compile((k: Key) => keyed.uniform(k, [2 ** 32]))(key(1)),
  'keyed.normal of rank 300, traced': () => compile((k: Key) => keyed.normal(k, ones(300)))(key(1)),
  'keyed.permutation of 2^32': () => keyed.permutation(key(1), 2 ** 32),
};

const said = Object.entries(asked).map(([name, ask]) => {
  try {
    ask();
    return [name, 'nothing'];
  } catch (error) {
    return [name, (error as Error).message];
  }
});
// What the limits allow works, before and after.
const most = ofRank(254);
const reshaped = tf.reshape(tf.ones([2, 3]), [3, -1, 1]);
console.log(
  JSON.stringify({ said: Object.fromEntries(said), works: [tf.square(most).dataSync()[0], ...reshaped.shape] }),
);
