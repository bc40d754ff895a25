import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, requireBackend, useTensorFlow, valueAndGrad, type LossAndAux } from '@spatial-ensemble/engine';

beforeAll(async () => {
  await useTensorFlow();
});

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());
const squares = (x: tf.Tensor): tf.Scalar => tf.sum(tf.square(x)) as tf.Scalar;

describe('valueAndGrad', () => {
  test('gives loss, aux and gradients in the tree of the parameters', () => {
    const f = valueAndGrad((p: { layers: { w: tf.Tensor; b: tf.Tensor }[]; scale: tf.Tensor }) => {
      const y = p.layers.reduce((h, { w, b }) => tf.add(tf.mul(h, w), b), tf.scalar(2) as tf.Tensor);
      return { loss: tf.mul(y, p.scale) as tf.Scalar, aux: { y, list: [tf.square(y)] } };
    });
    const params = {
      layers: [
        { w: tf.scalar(3), b: tf.scalar(1) },
        { w: tf.scalar(-1), b: tf.scalar(4) },
      ],
      scale: tf.scalar(10),
    };
    for (const { loss, aux, grads } of [f(params), compile(f)(params)]) {
      // y = −(2·3 + 1) + 4 = −3
      expect([loss, aux.y, aux.list[0]!, grads.scale].map((t) => values(t)[0])).toEqual([-30, -3, 9, -3]);
      expect(grads.layers.map(({ w, b }) => [values(w)[0], values(b)[0]])).toEqual([
        [-20, -10],
        [70, 10],
      ]);
    }
  });

  test('a parameter that the loss does not depend on has gradient zero, of its shape and type', () => {
    const { grads } = valueAndGrad(({ used }: { used: tf.Tensor; unused: tf.Tensor }) => ({
      loss: squares(used),
      aux: {},
    }))({ used: tf.tensor1d([1, 2]), unused: tf.ones([2, 3]) });
    expect(values(grads.used)).toEqual([2, 4]);
    expect([grads.unused.shape, values(grads.unused)]).toEqual([
      [2, 3],
      [0, 0, 0, 0, 0, 0],
    ]);
    const none = valueAndGrad<{ p: tf.Tensor }, undefined>(() => ({ loss: tf.scalar(5), aux: undefined }))({
      p: tf.ones([2]),
    });
    expect([values(none.loss), values(none.grads.p), none.aux]).toEqual([[5], [0, 0], undefined]);
  });

  test('a tensor that stands in two places has a gradient in each', () => {
    const w = tf.scalar(3);
    const { grads } = valueAndGrad(({ a, b }: { a: tf.Tensor; b: tf.Tensor }) => ({
      loss: tf.sub(tf.mul(2, a), b) as tf.Scalar,
      aux: {},
    }))({ a: w, b: w });
    expect([values(grads.a), values(grads.b)]).toEqual([[2], [-1]]);
    tf.dispose(grads);
    expect(values(w)).toEqual([3]);
  });

  test('aux are tensors of their own, also where they are a parameter or something from outside', () => {
    const [p, x] = [tf.tensor1d([1, 2]), tf.tensor1d([5])];
    const { aux } = valueAndGrad(({ w }: { w: tf.Tensor }) => ({ loss: squares(w), aux: { w, x, twice: [x, x] } }))({
      w: p,
    });
    tf.dispose(aux as unknown as tf.TensorContainer);
    expect([values(p), values(x)]).toEqual([[1, 2], [5]]);
  });

  test('inside tidy and outside, leaves what it gives and nothing else', () => {
    const f = valueAndGrad(({ w }: { w: tf.Tensor }) => {
      const y = tf.softmax(tf.mul(w, 2));
      return { loss: squares(y), aux: { y } };
    });
    const w = tf.add(tf.tensor1d([1, 2]), 0);
    const { binding } = requireBackend();
    const before = [tf.memory().numTensors, binding.getNumOfTensors()];
    tf.tidy(() => void f({ w }));
    expect([tf.memory().numTensors, binding.getNumOfTensors()]).toEqual(before);
    const { loss, aux, grads } = f({ w });
    expect(tf.memory().numTensors).toBe(before[0]! + 3);
    tf.dispose([loss, aux.y, grads.w]);
    expect([tf.memory().numTensors, binding.getNumOfTensors()]).toEqual(before);
  });

  test('errors come out, and leave nothing behind', () => {
    const w = tf.add(tf.ones([2]), 0);
    const { binding } = requireBackend();
    const run = (fn: (p: { w: tf.Tensor }) => unknown) => () =>
      valueAndGrad(fn as (p: { w: tf.Tensor }) => LossAndAux<unknown>)({ w });
    const before = [tf.memory().numTensors, binding.getNumOfTensors()];
    expect(run(({ w: x }) => ({ loss: tf.square(x), aux: {} }))).toThrow('the loss must be a scalar, got shape [2]');
    expect(run(({ w: x }) => tf.sum(x))).toThrow('the function must return { loss, aux }');
    expect(run(({ w: x }) => ({ loss: squares(x), aux: { model: new Map() } }))).toThrow(
      'aux.model is an instance of Map',
    );
    expect(
      run(({ w: x }) => ({ loss: tf.sum(tf.cast(tf.greater(x, 0), 'float32')), aux: { x: tf.square(x) } })),
    ).toThrow('gradient function not found for Greater');
    expect(
      run(() => {
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect([tf.memory().numTensors, binding.getNumOfTensors()]).toEqual(before);
    expect(() =>
      valueAndGrad<never, object>(() => ({ loss: tf.scalar(1), aux: {} }))({
        w: { data: Float32Array.of(1), shape: [1] },
      } as never),
    ).toThrow('params.w must be a tensor to be differentiated');
    expect(() => valueAndGrad<never, object>(() => ({ loss: tf.scalar(1), aux: {} }))({ rate: 0.1 } as never)).toThrow(
      'params.rate is a number',
    );
  });
});
