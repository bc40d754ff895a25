import { outputShape, type SourceShape } from '@spatial-ensemble/datasets';
import { compileStep, type HostTensor } from '@spatial-ensemble/engine';
import { seeds } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Batch, HostBatch, Method, State, StreamViews, Weights } from '../method.ts';
import { atOf } from './compiled-step.ts';
import { encoderOf } from './features.ts';
import { firstState } from './first-state.ts';

/** A run whose arithmetic is counted. */
export interface Counted<Spec> {
  readonly method: Method<Spec>;
  readonly spec: Spec;
  readonly seed: number;
  /** What is known of its images. */
  readonly shape: SourceShape;
  readonly from?: Weights;
}

/**
 * Floating-point operations of one step: what the method says, or what its traced step does in convolutions and
 * matrix products. Needs no images, and TensorFlow to trace. What is computed once (cached features) is not counted.
 */
export async function stepFlops<Spec>({ method, spec, seed, shape, from }: Counted<Spec>): Promise<number> {
  if (method.flops !== undefined) {
    tf.dispose(from as unknown as tf.TensorContainer);
    return method.flops(spec);
  }
  const keys = seeds(seed);
  const state = firstState(method, spec, keys.init, from);
  const step = compileStep(method.step(spec), { name: `${method.name}.step` });
  try {
    const cached = await cachedWidth(method, spec, state, shape);
    const batch = Object.fromEntries(
      Object.entries(method.views(spec)).map(([name, stream]) => [name, shapesOf(stream, shape, cached)]),
    );
    return step.count(state, batch as HostBatch as unknown as Batch, atOf(method, spec, 0, keys.mask)).flops;
  } finally {
    step.dispose();
    tf.dispose(state as tf.TensorContainer);
  }
}

/** A stream's batch without its values: tracing looks at shapes alone. */
function shapesOf(
  { batch, views }: StreamViews,
  source: SourceShape,
  cached: number | undefined,
): { [view: string]: HostTensor } {
  const labels = { data: new Int32Array(0), shape: [batch] };
  if (cached !== undefined) return { labels, features: { data: new Float32Array(0), shape: [batch, cached] } };
  const images = Object.entries(views).map(([name, augment]) => {
    const { height, width, channels } = outputShape(augment, source);
    return [name, { data: new Uint8Array(0), shape: [batch, height, width, channels] }] as const;
  });
  return { labels, ...Object.fromEntries(images) };
}

/** How many features the step is given of an image, where they are cached. */
async function cachedWidth<Spec>(
  method: Method<Spec>,
  spec: Spec,
  state: State,
  source: SourceShape,
): Promise<number | undefined> {
  const encode = method.cached?.(spec);
  if (encode === undefined) return undefined;
  const { height, width, channels } = outputShape(method.evaluationView?.(spec) ?? [], source);
  const encoder = encoderOf(`${method.name}.cached`, encode);
  try {
    return await encoder.width(state, {
      data: new Uint8Array(height * width * channels),
      shape: [1, height, width, channels],
    });
  } finally {
    encoder.dispose();
  }
}
