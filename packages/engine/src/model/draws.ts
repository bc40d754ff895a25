import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { frozen } from '../compile/trace-guard.ts';
import { normal, uniform, type AnyKey } from '../random/keyed.ts';

type Draws = Pick<typeof tf, 'dropout' | 'randomNormal' | 'randomUniform'>;

// TensorFlow.js' layers look these up on the core's exports whenever they draw.
const core = createRequire(import.meta.url)('@tensorflow/tfjs-core') as {
  -readonly [Name in keyof Draws]: Draws[Name];
};

/**
 * Runs `use` with TensorFlow.js' layers drawing from `key`: what has no seed is drawn by the keys folded with 0, 1, 2, …
 * in the order of the draws, in a trace as on the host. What has a seed is the same at every call in TensorFlow.js, and
 * stays what it is there.
 */
export function drawingFrom<T>(key: AnyKey, use: () => T): T {
  const plain: Draws = { dropout: core.dropout, randomNormal: core.randomNormal, randomUniform: core.randomUniform };
  let drawn = 0;
  const next = (): AnyKey => key.fold(drawn++);

  const randomUniform: Draws['randomUniform'] = (shape, low = 0, high = 1, dtype = 'float32', seed) => {
    // TensorFlow.js takes a seed of 0 for none.
    if (seed) return frozen(() => plain.randomUniform(shape, low, high, dtype, seed));
    const share = uniform(next(), shape);
    const scaled = low === 0 && high === 1 ? share : tf.add(tf.mul(share, high - low), low);
    return cast(scaled, dtype) as never;
  };
  const randomNormal: Draws['randomNormal'] = (shape, mean = 0, deviation = 1, dtype = 'float32', seed) => {
    if (seed) return frozen(() => plain.randomNormal(shape, mean, deviation, dtype, seed));
    return cast(tf.add(tf.mul(normal(next(), shape), deviation), mean), dtype) as never;
  };
  // As `dropout` of TensorFlow.js' core.
  const dropout: Draws['dropout'] = (x, rate, noiseShape, seed) => {
    if (seed || rate === 0) return frozen(() => plain.dropout(x, rate, noiseShape, seed));
    const values = x as tf.Tensor;
    const shape = noiseShape?.map((size: number | null, axis) => size ?? values.shape[axis]!) ?? values.shape;
    const keep = 1 - rate;
    return tf.mul(values, tf.div(tf.floor(tf.add(uniform(next(), shape), keep)), keep));
  };
  Object.assign(core, { dropout, randomNormal, randomUniform });
  try {
    return use();
  } finally {
    Object.assign(core, plain);
  }
}

function cast(drawn: tf.Tensor, dtype: string): tf.Tensor {
  return dtype === 'float32' ? drawn : tf.cast(drawn, dtype as tf.DataType);
}
