import { createHash } from 'node:crypto';
import { compile, compileStep, type Compiled, type HostTensor } from '@spatial-ensemble/engine';
import { seeds, type Seed } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { streamsOf, type RunData } from '../data.ts';
import { imageBatches } from '../run/batches.ts';
import { cachedBatches } from '../run/cached-batches.ts';
import { atOf } from '../run/compiled-step.ts';
import { classifier } from '../run/evaluate.ts';
import { evaluationBatches } from '../run/evaluation-batches.ts';
import { digestOf } from '../run/digest.ts';
import { firstState } from '../run/first-state.ts';
import { readState } from '../run/state-tensors.ts';
import { z } from 'zod';
import type { Variables } from '@spatial-ensemble/nn';
import type { Batch, Method, Weights } from '../method.ts';

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
export async function fingerprintOf<Spec>(
  method: Method<Spec>,
  spec: Spec,
  seed: Seed,
  data: RunData,
  from?: Weights,
): Promise<Fingerprint> {
  const keys = seeds(seed);
  const state = firstState(method, spec, keys.init, from);
  const compiled = compileStep(method.step(spec), { name: `${method.name}.step` });
  const classify = method.predict && classifier(method, spec);
  const encoder = method.encode && compiledEncoder(method, spec);
  const options = {
    source: data.train,
    streams: streamsOf(method.views(spec), data.split),
    key: keys.data,
    startStep: 0,
    steps: BATCHES,
    workers: 0,
  };
  const loader = (await cachedBatches(method, spec, state, options)) ?? imageBatches(options);
  const batches = createHash('sha256');
  let stepGraph = '';
  try {
    for (let step = 0; step < BATCHES; step++) {
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
        stepGraph = compiled.fingerprint(state, streams as unknown as Batch, atOf(method, spec, 0, keys.mask));
    }
    const images = await oneImage(method, spec, data);
    return {
      step: stepGraph,
      ...(classify && { predict: classify.fingerprint(method.student(state), images) }),
      ...(encoder && { encode: encoder.fingerprint(method.student(state), images) }),
      init: digestOf(readState(state)),
      schedule: scheduleDigest(method, spec),
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
async function oneImage<Spec>(method: Method<Spec>, spec: Spec, { train }: RunData): Promise<HostTensor> {
  const looked = { set: train, indices: [0], view: method.evaluationView?.(spec) ?? [] };
  for await (const { images } of evaluationBatches(looked)) return images;
  throw new Error('there is no image');
}

function compiledEncoder<Spec>(
  method: Method<Spec>,
  spec: Spec,
): Compiled<readonly [Variables, HostTensor], tf.Tensor> {
  return compile(method.encode!(spec) as unknown as (variables: Variables, images: HostTensor) => tf.Tensor, {
    name: `${method.name}.encode`,
  });
}

/** In float32, as steps are told them: the last bits of a cosine are the processor's affair. */
function scheduleDigest<Spec>(method: Method<Spec>, spec: Spec): string {
  const lines = Array.from({ length: method.steps(spec) }, (_, step) =>
    Object.entries(method.at(spec, step))
      .toSorted()
      .map(([name, value]) => `${name}=${Math.fround(value)}`)
      .join(),
  );
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
