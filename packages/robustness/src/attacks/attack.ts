import type { HostTensor } from '@spatial-ensemble/engine';
import type { Key } from '@spatial-ensemble/random';
import type * as tf from '@tensorflow/tfjs-core';
import type { Logits } from './losses.ts';

/** Images as they were, and their classes. */
export interface Given {
  /** `[n, height, width, channels]`, pixels 0 to 1 */
  readonly images: tf.Tensor4D;
  /** int32 `[n]` */
  readonly labels: tf.Tensor1D;
}

/** Numbers that a step is told, by name; `epsilon` (0 to 1) is always among them. */
export type Told = { readonly epsilon: tf.Scalar } & { readonly [name: string]: tf.Tensor };

/** The size of one image. */
export interface Size {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Something that goes from step to step: tensors by name, of which `found` is what it has come to. */
export type Progress = { readonly found: tf.Tensor4D } & { readonly [name: string]: tf.Tensor };

/**
 * An attack as pure functions of tensors: where it starts, and one step, which is compiled and taken `steps` times. An
 * image's outcome depends on its own key, and on no other image of the batch.
 */
export interface Attack {
  readonly name: string;
  /** Of APGD and Square what a step does follows from how many there are: for others they are made anew. */
  readonly steps: number;
  /** How often it is tried on an image, with other draws. */
  readonly restarts: number;
  /** What one image starts from: float32, as many values as the image has. Absent: from the image itself. */
  noise?(key: Key, size: Size): Float32Array;
  /** @param noise of the images' shape; zeros where `noise` is absent */
  start(logits: Logits, given: Given, told: Told, noise: tf.Tensor4D): Progress;
  step(logits: Logits, progress: Progress, given: Given, told: Told): Progress;
  /**
   * What a step is told beside epsilon, counted from 0: of the whole batch, drawn by each image's key.
   *
   * @throws RangeError beyond the steps that the attack was made for, where they decide what a step does
   */
  at?(step: number, keys: readonly Key[], size: Size): { readonly [name: string]: HostTensor };
}

export function beyondSteps(name: string, steps: number): RangeError {
  return new RangeError(`${name} was made for ${steps} steps, which decide what each does: make another one for more`);
}
