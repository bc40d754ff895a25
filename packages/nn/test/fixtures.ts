import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { torchVariable, type Metas, type Tensors, type VariableMeta } from '../src/index.ts';

/** A float32 array as the Python scripts in `reference/` write it. */
export interface Packed {
  readonly shape: readonly number[];
  readonly float32: string;
}

export type PackedByName = { readonly [name: string]: Packed };

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as T;
}

function unpack({ float32 }: Packed): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(float32, 'base64'));
  return new Float32Array(bytes.buffer);
}

export function unpackTensor(packed: Packed): tf.Tensor {
  return tf.tensor(unpack(packed), [...packed.shape], 'float32');
}

/** A variable of ours from PyTorch's, by its meta. */
export function fromTorch(packed: PackedByName, metas: Metas): Tensors {
  return Object.fromEntries(Object.entries(metas).map(([name, meta]) => [name, fromTorchLayout(packed, meta)]));
}

function fromTorchLayout(packed: PackedByName, meta: VariableMeta): tf.Tensor {
  const { name, shape, axes } = torchVariable(meta);
  const theirs = packed[name];
  if (theirs === undefined || theirs.shape.join() !== shape.join())
    throw new Error(`PyTorch has no ${name} of shape [${shape.join(', ')}]`);
  return tf.tidy(() =>
    tf.transpose(
      unpackTensor(theirs),
      axes.map((_, axis) => axes.indexOf(axis)),
    ),
  );
}

/** ‖a − b‖ / ‖b‖. */
export function relativeError(a: tf.Tensor, b: tf.Tensor): number {
  const [x, y] = [a.dataSync(), b.dataSync()];
  if (a.shape.join() !== b.shape.join()) throw new Error(`shapes [${a.shape.join()}] and [${b.shape.join()}] differ`);
  let apart = 0;
  let size = 0;
  for (let i = 0; i < y.length; i++) {
    apart += (x[i]! - y[i]!) ** 2;
    size += y[i]! ** 2;
  }
  return Math.sqrt(apart / size);
}
