import type { HostTensor } from '@spatial-ensemble/engine';
import { torchVariable, type Metas } from '@spatial-ensemble/nn';
import type { StoredTensor } from '@spatial-ensemble/store';
import * as tf from '@tensorflow/tfjs-core';

/** Tensors on the host by name, as a safetensors file holds them. */
export type Exchange = Map<string, StoredTensor>;

/** Host tensors by name. */
export type HostTensors = { readonly [name: string]: HostTensor };

/**
 * The variables of a section by PyTorch's names and in its layouts. What has one number for the whole variable, as a
 * mask may have, stays that.
 *
 * @throws Error when a variable has no meaning in `metas`.
 */
export function asTorch(section: string, tensors: HostTensors, metas: Metas): Exchange {
  return new Map(
    Object.entries(tensors).map(([name, { data, shape }]) => {
      const meta = metas[name];
      if (meta === undefined) throw new Error(`${section} has ${name}, whose meaning is unknown`);
      const { name: torchName, axes } = torchVariable(meta);
      const key = `${section}/${torchName}`;
      if (shape.length < 2) return [key, stored({ data, shape })];
      const moved = tf.tidy(() => tf.transpose(tf.tensor(data as Float32Array, [...shape], 'float32'), [...axes]));
      const values = { data: moved.dataSync() as Float32Array, shape: moved.shape };
      moved.dispose();
      return [key, values];
    }),
  );
}

/** Host tensors that are no variables, under a section. */
export function asTheyAre(section: string, tensors: HostTensors): Exchange {
  return new Map(Object.entries(tensors).map(([name, tensor]) => [`${section}/${name}`, stored(tensor)]));
}

/** Bytes go as int32, which the file format of ours has. */
function stored({ data, shape }: HostTensor): StoredTensor {
  if (data instanceof Float32Array || data instanceof Int32Array) return { data, shape };
  return { data: Int32Array.from(data as ArrayLike<number>), shape };
}

/** All of several parts; a name stands in one of them. */
export function together(...parts: readonly Exchange[]): Exchange {
  const all: Exchange = new Map();
  for (const [name, tensor] of parts.flatMap((part) => [...part])) {
    if (all.has(name)) throw new Error(`${name} is given twice`);
    all.set(name, tensor);
  }
  return all;
}
