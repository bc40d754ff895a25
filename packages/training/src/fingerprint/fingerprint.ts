import { createHash } from 'node:crypto';
import { compile, compileStep, type Compiled, type HostTensor } from '@spatial-ensemble/engine';
import { seeds, type Seed } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { streamsOf, type RunData } from '../data.ts';
import { imageBatches, NO_BATCHES } from '../run/batches.ts';
import { cachedBatches } from '../run/cached-batches.ts';
import { atOf } from '../run/compiled-step.ts';
import { classifier } from '../run/evaluate.ts';
import { evaluationBatches } from '../run/evaluation-batches.ts';
import { digestOf } from '../run/digest.ts';
import { firstState } from '../run/first-state.ts';
import { readState } from '../run/state-tensors.ts';
import { z } from 'zod';
import type { Variables } from '@spatial-ensemble/nn';
import type { Bound } from '../bound.ts';
import type { At, Batch, Encodes, State, Trainable, Weights } from '../method.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What a method computes, as hashes that do not depend on the machine. */
export const Fingerprint = z.strictObject({
  /** The traced graph of the step: ops, attributes, constants, wiring. */
  step: digest,
  /** The traced graph of the prediction; absent where nothing is predicted. */
  predict: digest.optional(),
  /** The traced graph of the encoder; absent where the method has none. */
  encode: digest.optional(),
  /** The state before the first step. */
  init: digest,
  /** The scheduled numbers of every step, as float32. */
  schedule: digest,
  /** The images and labels of the first three batches; of features that are computed once, the shapes and labels. */
  batches: digest,
});
export type Fingerprint = z.infer<typeof Fingerprint>;

const BATCHES = 3;

/** Traces a method's step and reads its first batches; trains nothing. Needs TensorFlow. */
export async function fingerprintOf(bound: Bound, seed: Seed, data: RunData, from?: Weights): Promise<Fingerprint> {
  const { name, trainable } = bound;
  const keys = seeds(seed);
  const state = firstState(trainable, keys.init, from);
  const step = (before: State, batch: Batch, at: At) => trainable.step(before, batch, at);
  const compiled = compileStep(step, { name: `${name}.step` });
  const classify = trainable.classifies && classifier(bound);
  const encoder = trainable.encodes && compiledEncoder(name, trainable.encodes);
  const options = {
    source: data.train,
    streams: streamsOf(trainable.streams, data.split),
    key: keys.data,
    startStep: 0,
    steps: BATCHES,
    workers: 0,
  };
  const still = options.streams.length === 0;
  const loader = still ? NO_BATCHES : ((await cachedBatches(bound, state, options)) ?? imageBatches(options));
  const batches = createHash('sha256');
  let stepGraph = '';
  try {
    // A method that takes no step is given no batch, and has a step all the same.
    if (still) stepGraph = compiled.fingerprint(state, {}, atOf(trainable, 0, keys.mask));
    for (let step = 0; step < (still ? 0 : BATCHES); step++) {
      const streams = await loader.next();
      for (const [stream, views] of Object.entries(streams).toSorted()) {
        for (const [view, { data: bytes, shape }] of Object.entries(views).toSorted()) {
          batches.update(`${stream}.${view} [${shape.join()}]`);
          // The last bits of features are the processor's affair; their order is that of the labels.
          if (!(bytes instanceof Float32Array))
            batches.update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        }
      }
      // All batches have the shapes of the first, and so the same graph.
      if (step === 0)
        stepGraph = compiled.fingerprint(state, streams as unknown as Batch, atOf(trainable, 0, keys.mask));
    }
    const images = await oneImage(trainable, data);
    return {
      step: stepGraph,
      ...(classify && { predict: classify.fingerprint(trainable.student(state), images) }),
      ...(encoder && { encode: encoder.fingerprint(trainable.student(state), images) }),
      init: digestOf(readState(state)),
      schedule: scheduleDigest(bound),
      batches: batches.digest('hex'),
    };
  } finally {
    await loader.close();
    tf.dispose(state as tf.TensorContainer);
    compiled.dispose();
    classify?.dispose();
    encoder?.dispose();
  }
}

/** An image as it is predicted and encoded: its shape is part of the graph. */
async function oneImage({ classifies, encodes }: Trainable, { train }: RunData): Promise<HostTensor> {
  const looked = { set: train, indices: [0], view: classifies?.view ?? encodes?.view ?? [] };
  for await (const { images } of evaluationBatches(looked)) return images;
  throw new Error('there is no image');
}

function compiledEncoder(name: string, encodes: Encodes): Compiled<readonly [Variables, HostTensor], tf.Tensor> {
  const encode = (variables: Variables, images: tf.Tensor): tf.Tensor => encodes.encode(variables, images);
  return compile(encode as unknown as (variables: Variables, images: HostTensor) => tf.Tensor, {
    name: `${name}.encode`,
  });
}

/** In float32, as steps are told them: the last bits of a cosine are the processor's affair. */
function scheduleDigest({ steps, trainable }: Bound): string {
  const lines = Array.from({ length: steps }, (_, step) =>
    Object.entries(trainable.at(step))
      .toSorted()
      .map(([name, value]) => `${name}=${Math.fround(value)}`)
      .join(),
  );
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
