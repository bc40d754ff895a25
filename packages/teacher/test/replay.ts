// What the tests of BYOL's and MoCo's steps against PyTorch share.
import { hostScalar } from '@spatial-ensemble/engine';
import type { Metas, SecondNames, Tensors, Variables } from '@spatial-ensemble/nn';
import { key, stepMask } from '@spatial-ensemble/random';
import type * as tf from '@tensorflow/tfjs-core';
import { fromTorch, relativeError, type PackedByName } from '../../nn/test/fixtures.ts';

interface Named {
  readonly params: Metas;
  readonly buffers: Metas;
}

/** Two views of a batch and its labels, as the loader gives them. */
export function unlabelledBatch<Batch>(
  views: { readonly [view: string]: readonly number[] },
  labels: readonly number[],
  size: number,
): Batch {
  const images = Object.entries(views).map(([view, bytes]) => [
    view,
    { data: Uint8Array.from(bytes), shape: [labels.length, size, size, 1] },
  ]);
  const host = { data: Int32Array.from(labels), shape: [labels.length] };
  return { unlabelled: { ...Object.fromEntries(images), labels: host } } as unknown as Batch;
}

/** What a step is told: scheduled numbers, and the key of its masks. */
export function told<At>(scalars: { readonly [name: string]: number }, maskSeed: number, step: number): At {
  const fed = Object.entries(scalars).map(([name, value]) => [name, hostScalar(value)]);
  return { scalars: Object.fromEntries(fed), key: stepMask(key(maskSeed), step) } as unknown as At;
}

/**
 * Variables of a network from PyTorch's.
 *
 * @param second names of second norms, whose modules lie in those of the first there; where there are none of them, they
 *   are as the first.
 */
export function variablesOf(torch: PackedByName, { params, buffers }: Named, second: SecondNames = {}): Variables {
  const named = (metas: Metas): Metas => {
    const seconds = Object.entries(second).flatMap(([first, name]) => {
      const { module, torch: of } = metas[first] ?? {};
      const meta = metas[name];
      if (module === undefined || of === undefined || meta === undefined) return [];
      const theirs = `${meta.module}${of.name.slice(module.length)}`;
      return [[name, { ...meta, torch: { ...of, name: torch[theirs] === undefined ? of.name : theirs } }] as const];
    });
    return { ...metas, ...Object.fromEntries(seconds) };
  };
  return { params: fromTorch(torch, named(params)), buffers: fromTorch(torch, named(buffers)) };
}

/** The largest ‖a − b‖ / ‖b‖ of any variable. */
export function worstError(ours: Variables, theirs: Variables): number {
  const all = ({ params, buffers }: Variables): Tensors => ({ ...params, ...buffers });
  const expected = all(theirs);
  return Math.max(...Object.entries(all(ours)).map(([name, tensor]) => relativeError(tensor, expected[name]!)));
}

/** Metrics as numbers. */
export function numbersOf(metrics: { readonly [name: string]: tf.Tensor }): { readonly [name: string]: number } {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value.dataSync()[0]!]));
}
