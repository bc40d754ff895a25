import { readFileSync } from 'node:fs';
import type { HostTensor } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { NormName } from '../src/index.ts';

/** What torchattacks made of the small classifier's images. */
export interface Reference {
  readonly attack: 'fgsm' | 'pgd' | 'momentum' | 'apgd-ce' | 'apgd-dlr' | 'square';
  readonly norm: NormName;
  readonly epsilon: number;
  readonly right: readonly number[];
  readonly loss: readonly number[];
  /** Of the first images. */
  readonly found: readonly number[];
  /** Of Square: where images begin, as a change by epsilon 1, and what was drawn of the whole batch at each step. */
  readonly start?: readonly number[];
  readonly draws?: readonly SquareDraws[];
}

interface SquareDraws {
  /** Top and left, and within L2 those of the other square. */
  readonly corners: readonly number[];
  readonly turned?: number;
  /** Of each image and colour; 0 of one that is fooled already. */
  readonly signs: readonly number[];
}

interface Fixture {
  readonly size: number;
  readonly classes: number;
  readonly steps: number;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly epsilon: number;
  readonly weights: { readonly [name: string]: readonly number[] };
  readonly images: readonly number[];
  readonly labels: readonly number[];
  readonly noise: { readonly [norm in NormName]: readonly number[] };
  readonly attacks: readonly Reference[];
  readonly squares: {
    /** By their side. */
    readonly poles: { readonly [side: string]: readonly number[] };
    /** Of one image, where Square begins within L2. */
    readonly begins: {
      readonly size: number;
      readonly channels: number;
      readonly turned: readonly number[];
      readonly signs: readonly number[];
      readonly start: readonly number[];
    };
  };
}

/** Written by test/reference/attacks.py. */
export const fixture = JSON.parse(readFileSync(new URL('fixtures/attacks.json', import.meta.url), 'utf8')) as Fixture;

export type Weights = { readonly [name: string]: tf.Tensor };

export function weights(): Weights {
  const { size, classes } = fixture;
  const shapes: { readonly [name: string]: number[] } = { kernel: [3, 3, 3, 8], dense: [size * size * 8, classes] };
  return Object.fromEntries(
    Object.entries(fixture.weights).map(([name, values]) => [
      name,
      tf.tensor(Float32Array.from(values), shapes[name] ?? [values.length]),
    ]),
  );
}

/** The same network as in attacks.py, which standardises its pixels itself. */
export function classify(of: Weights, images: tf.Tensor4D): tf.Tensor2D {
  const x = tf.div(tf.sub(images, tf.tensor1d([...fixture.mean])), tf.tensor1d([...fixture.deviation]));
  const maps = tf.add(tf.conv2d(x as tf.Tensor4D, of['kernel'] as tf.Tensor4D, 1, 'same'), of['bias']!);
  const scale = tf.div(of['gamma']!, tf.sqrt(tf.add(of['variance']!, fixture.epsilon)));
  const normed = tf.add(tf.mul(tf.sub(maps, of['mean']!), scale), of['beta']!);
  const flat = tf.reshape(tf.softplus(normed), [images.shape[0], -1]) as tf.Tensor2D;
  return tf.add(tf.matMul(flat, of['dense'] as tf.Tensor2D), of['denseBias']!);
}

export const labels: HostTensor = { data: Int32Array.from(fixture.labels), shape: [fixture.labels.length] };

export const images: HostTensor = {
  data: Float32Array.from(fixture.images, (value) => value / 255),
  shape: [fixture.labels.length, fixture.size, fixture.size, 3],
};
