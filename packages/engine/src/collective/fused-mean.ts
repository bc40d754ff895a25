import * as tf from '@tensorflow/tfjs-core';
import { allReduceMean } from './collectives.ts';
import { thisWorker } from './collective-op.ts';

/** About the bytes at which PyTorch's DistributedDataParallel fuses (`bucket_cap_mb`, 25 by default). */
const BUFFER_BYTES = 25 * 2 ** 20;

/**
 * The means over all processes of many tensors, such as a step's gradients: exchanged in a few buffers rather than one by
 * one, those that come last first, since a backward pass ends with the first layers.
 *
 * @param tensors float32, the same names and shapes in all processes
 * @param bytes of a buffer; a tensor is never cut, so that one may be larger
 * @throws Error as `allReduceMean`
 */
export function fusedMean<T extends { readonly [name: string]: tf.Tensor }>(tensors: T, bytes = BUFFER_BYTES): T {
  if (thisWorker().workers === 1) return mapped(tensors, (tensor) => tf.clone(tensor));
  return tf.tidy(() => {
    const means = new Map<string, tf.Tensor>();
    for (const names of buffersOf(tensors, bytes)) {
      const parts = names.map((name) => tensors[name]!);
      const mean = allReduceMean(tf.concat1d(parts.map((part) => tf.reshape(part, [-1]) as tf.Tensor1D)));
      const own = tf.split(
        mean,
        parts.map(({ size }) => size),
      );
      for (const [i, name] of names.entries()) means.set(name, tf.reshape(own[i]!, parts[i]!.shape));
    }
    return mapped(tensors, (_, name) => means.get(name)!);
  });
}

/** Names that go together, from the last to the first. */
function buffersOf(tensors: { readonly [name: string]: tf.Tensor }, bytes: number): string[][] {
  const buffers: { names: string[]; bytes: number }[] = [];
  for (const [name, { size, dtype }] of Object.entries(tensors).reverse()) {
    if (dtype !== 'float32') throw new Error(`a mean over processes is one of float32, and ${name} is ${dtype}`);
    const last = buffers.at(-1);
    if (last === undefined || last.bytes + 4 * size > bytes) buffers.push({ names: [name], bytes: 4 * size });
    else {
      last.names.push(name);
      last.bytes += 4 * size;
    }
  }
  return buffers.map(({ names }) => names);
}

function mapped<T extends { readonly [name: string]: tf.Tensor }>(
  tensors: T,
  make: (tensor: tf.Tensor, name: string) => tf.Tensor,
): T {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, make(tensor, name)])) as T;
}
