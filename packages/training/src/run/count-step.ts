import { outputShape, type SourceShape } from '@spatial-ensemble/augment';
import { compileStep, thisWorker, type Counts, type HostTensor } from '@spatial-ensemble/engine';
import { seeds, type Seed } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import type { At, Batch, HostBatch, State, StreamViews, Weights } from '../method.ts';
import { atOf } from './compiled-step.ts';
import { encoderOf } from './features.ts';
import { firstState } from './first-state.ts';

/** A run whose step is counted. */
export interface Counted {
  readonly bound: Bound;
  readonly seed: Seed;
  /** What is known of its images. */
  readonly shape: SourceShape;
  readonly from?: Weights;
}

/** What one step comes to, known before it runs. */
export interface StepCount extends Counts {
  /** Bytes of a batch as it is loaded. */
  readonly batchBytes: number;
  /** Features that the step is given of an image, where they are computed once; undefined where it is given images. */
  readonly cachedWidth: number | undefined;
}

/**
 * Counts the operations of a step, of this process's part of its batch (those of its convolutions and matrix products) and its memory. Needs no images, no memory for a batch, and TensorFlow to trace. What is computed once (cached features)
 * is not counted.
 */
export async function countStep({ bound, seed, shape, from }: Counted): Promise<StepCount> {
  const { name: of, trainable } = bound;
  const keys = seeds(seed);
  const state = firstState(trainable, keys.init, from);
  const step = compileStep((before: State, batch: Batch, at: At) => trainable.step(before, batch, at), {
    name: `${of}.step`,
  });
  try {
    const cachedWidth = await widthOfCached(bound, state, shape);
    const batch = Object.fromEntries(
      Object.entries(trainable.streams).map(([name, stream]) => [name, shapesOf(stream, shape, cachedWidth)]),
    );
    const counts = step.count(state, batch as HostBatch as unknown as Batch, atOf(trainable, 0, keys.mask));
    return { ...counts, batchBytes: bytesOf(batch), cachedWidth };
  } finally {
    step.dispose();
    tf.dispose(state as tf.TensorContainer);
  }
}

function bytesOf(batch: HostBatch): number {
  return Object.values(batch)
    .flatMap((views) => Object.values(views))
    .reduce((sum, { data, shape }) => sum + data.BYTES_PER_ELEMENT * shape.reduce((all, size) => all * size, 1), 0);
}

/**
 * This process's part of a stream's batch without its values: tracing looks at shapes alone. A run that is only compared
 * with, as it is declared, may have a batch that the processes cannot share equally; then it is a row too large.
 */
function shapesOf(
  { batch: whole, views }: StreamViews,
  source: SourceShape,
  cached: number | undefined,
): { [view: string]: HostTensor } {
  const batch = Math.ceil(whole / thisWorker().workers);
  const labels = { data: new Int32Array(0), shape: [batch] };
  if (cached !== undefined) return { labels, features: { data: new Float32Array(0), shape: [batch, cached] } };
  const images = Object.entries(views).map(([name, augment]) => {
    const { height, width, channels } = outputShape(augment, source);
    return [name, { data: new Uint8Array(0), shape: [batch, height, width, channels] }] as const;
  });
  return { labels, ...Object.fromEntries(images) };
}

/** How many features the step is given of an image, where they are cached. */
async function widthOfCached(
  { name, trainable: { feeds } }: Bound,
  state: State,
  source: SourceShape,
): Promise<number | undefined> {
  if (feeds === undefined) return undefined;
  const { height, width, channels } = outputShape(feeds.view, source);
  const encoder = encoderOf<State>(`${name}.cached`, (first, images) => feeds.features(first, images));
  try {
    return await encoder.width(state, {
      data: new Uint8Array(height * width * channels),
      shape: [1, height, width, channels],
    });
  } finally {
    encoder.dispose();
  }
}
