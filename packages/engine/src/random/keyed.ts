import * as host from '@spatial-ensemble/random';
import { Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { AttributeType, DataType, elementCount } from '../binding/dtypes.ts';
import { checkInt32Shape, MOST_INT32 } from '../binding/shape-limits.ts';
import { liveBackend } from '../backend/live-backend.ts';
import type { KernelBackend } from '../backend/backend.ts';
import { Recorder } from '../compile/recorder.ts';
import { PHILOX, TracedKey } from './traced-key.ts';
import { first } from '../lists.ts';

/** A key on the host, or the key that a compiled function received in its place. */
export type AnyKey = Key | TracedKey;

function keyId(backend: KernelBackend, key: AnyKey): number {
  if (key instanceof TracedKey) {
    const { recording } = backend.binding;
    if (!(recording instanceof Recorder) || recording.graph !== key.graph)
      throw new Error('a traced key was used outside the function that received it');
    return recording.insert(key.symbol);
  }
  const word = BigInt(key.lo >>> 0) | (BigInt(key.hi >>> 0) << 32n);
  return backend.binding.createTensor([1], DataType.uint64, BigUint64Array.of(word));
}

/** Runs one of TensorFlow's stateless random ops from counter 0 and gives its binding number. */
function draw(backend: KernelBackend, op: string, dtype: number, key: AnyKey, shape: readonly number[]): tf.Tensor {
  const { binding } = backend;
  const inputs = [
    binding.createTensor([shape.length], DataType.int32, Int32Array.from(shape)),
    keyId(backend, key),
    binding.createTensor([2], DataType.uint64, new BigUint64Array(2)),
    binding.createTensor([], DataType.int32, Int32Array.of(PHILOX)),
  ];
  try {
    return backend.createOutputTensor(
      first(binding.executeOp(op, [{ name: 'dtype', type: AttributeType.type, value: dtype }], inputs, 1)),
    );
  } finally {
    for (const id of inputs) binding.deleteTensor(id);
  }
}

function onHost(key: AnyKey): Key {
  if (key instanceof Key) return key;
  throw new Error('a traced key was used outside the function that received it');
}

/**
 * Uniform float32 in [0, 1) of the given shape, 23 bits each: the same bits as `uniform(key, n)` of
 * `@spatial-ensemble/random` gives on the host.
 */
export function uniform(key: AnyKey, shape: readonly number[]): tf.Tensor {
  checkInt32Shape(shape);
  const backend = liveBackend();
  if (backend === undefined) return tf.tensor(host.uniform(onHost(key), elementCount(shape)), [...shape], 'float32');
  return draw(backend, 'StatelessRandomUniformV2', DataType.float32, key, shape);
}

/** Random 32-bit words as int32, the same bits as `words(key, n)` on the host. */
export function words(key: AnyKey, shape: readonly number[]): tf.Tensor {
  checkInt32Shape(shape);
  const backend = liveBackend();
  if (backend === undefined)
    return tf.tensor(new Int32Array(host.words(onHost(key), elementCount(shape)).buffer), [...shape], 'int32');
  return draw(backend, 'StatelessRandomUniformFullIntV2', DataType.int32, key, shape);
}

/** Standard normal float32 by Box and Muller; within 1e-6 of `normal(key, n)` on the host. */
export function normal(key: AnyKey, shape: readonly number[]): tf.Tensor {
  checkInt32Shape(shape);
  const backend = liveBackend();
  if (backend === undefined) return tf.tensor(host.normal(onHost(key), elementCount(shape)), [...shape], 'float32');
  return draw(backend, 'StatelessRandomNormalV2', DataType.float32, key, shape);
}

/** float32 1 with probability `p`, else 0: uniform < p in float32, the same bits as `bernoulli(key, p, n)` on the host. */
export function bernoulli(key: AnyKey, p: tf.Scalar | number, shape: readonly number[]): tf.Tensor {
  if (typeof p === 'number' && !(p >= 0 && p <= 1))
    throw new Error(`a probability must be in [0, 1], got ${p}. Did you pass a percentage?`);
  return tf.tidy(() => tf.cast(tf.less(uniform(key, shape), p), 'float32'));
}

const INT64 = { name: 'T', type: AttributeType.type, value: DataType.int64 };

/** A permutation of 0 … n − 1 as int32 `[n]`, the same as `permutation(key, n)` on the host. */
export function permutation(key: AnyKey, n: number): tf.Tensor1D {
  if (!Number.isSafeInteger(n) || n < 0 || n > MOST_INT32)
    throw new Error(`a permutation has a length from 0 to ${MOST_INT32}, got ${n}`);
  const backend = liveBackend();
  if (backend === undefined) return tf.tensor1d(host.permutation(onHost(key), n), 'int32');
  const { binding } = backend;
  const held: number[] = [];
  const hold = (id: number): number => {
    held.push(id);
    return id;
  };
  const run = (
    op: string,
    attributes: Parameters<typeof binding.executeOp>[1],
    inputs: number[],
    outputs = 1,
  ): number => {
    const made = binding.executeOp(op, attributes, inputs, outputs);
    for (const { id } of made) held.push(id);
    return first(made).id;
  };
  const long = (value: bigint): number => hold(binding.createTensor([], DataType.int64, BigInt64Array.of(value)));
  const cast = (from: number, to: number, id: number): number =>
    run(
      'Cast',
      [
        { name: 'SrcT', type: AttributeType.type, value: from },
        { name: 'DstT', type: AttributeType.type, value: to },
      ],
      [id],
    );
  try {
    const shape = hold(binding.createTensor([1], DataType.int32, Int32Array.of(n)));
    const counter = hold(binding.createTensor([2], DataType.uint64, new BigUint64Array(2)));
    const algorithm = hold(binding.createTensor([], DataType.int32, Int32Array.of(PHILOX)));
    const drawn = run(
      'StatelessRandomUniformFullIntV2',
      [{ name: 'dtype', type: AttributeType.type, value: DataType.uint32 }],
      [shape, hold(keyId(backend, key)), counter, algorithm],
    );
    // One int64 a place, -(word · 2^31 + index): the largest first is the smallest word first, equal words by index.
    const high = run('Mul', [INT64], [cast(DataType.uint32, DataType.int64, drawn), long(1n << 31n)]);
    const index = run(
      'Range',
      [{ name: 'Tidx', type: AttributeType.type, value: DataType.int64 }],
      [long(0n), long(BigInt(n)), long(1n)],
    );
    const composite = run('Neg', [INT64], [run('AddV2', [INT64], [high, index])]);
    const count = hold(binding.createTensor([], DataType.int32, Int32Array.of(n)));
    const sorted = run(
      'TopKV2',
      [{ name: 'sorted', type: AttributeType.bool, value: true }, INT64],
      [composite, count],
      2,
    );
    const order = run('FloorMod', [INT64], [run('Neg', [INT64], [sorted]), long(1n << 31n)]);
    const attributes = [
      { name: 'SrcT', type: AttributeType.type, value: DataType.int64 },
      { name: 'DstT', type: AttributeType.type, value: DataType.int32 },
    ];
    return backend.createOutputTensor(first(binding.executeOp('Cast', attributes, [order], 1))) as tf.Tensor1D;
  } finally {
    for (const id of held) binding.deleteTensor(id);
  }
}
