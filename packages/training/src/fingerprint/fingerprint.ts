import { createHash } from 'node:crypto';
import { openLoader } from '@spatial-ensemble/datasets';
import { compileStep, hostScalar } from '@spatial-ensemble/engine';
import { seeds, stepMask } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import { sha256 } from '../checkpoint/checkpoint.ts';
import { encodeSafetensors } from '../checkpoint/safetensors.ts';
import { readState } from '../checkpoint/state-tensors.ts';
import { streamsOf, type RunData } from '../data.ts';
import type { At, Batch, Method } from '../method.ts';
import { classifier } from '../run/evaluate.ts';
import { z } from 'zod';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What a method computes, as hashes that do not depend on the machine. */
export const Fingerprint = z.strictObject({
  /** The traced graph of the step: ops, attributes, constants, wiring. */
  step: digest,
  /** The traced graph of the prediction. */
  predict: digest,
  /** The state before the first step. */
  init: digest,
  /** The scheduled numbers of every step, as float32. */
  schedule: digest,
  /** The images and labels of the first three batches. */
  batches: digest,
});
export type Fingerprint = z.infer<typeof Fingerprint>;

const BATCHES = 3;

/** Traces a method's step and reads its first batches; trains nothing. Needs TensorFlow. */
export async function fingerprintOf<Spec>(
  method: Method<Spec>,
  spec: Spec,
  seed: number,
  data: RunData,
): Promise<Fingerprint> {
  const keys = seeds(seed);
  const state = method.init(spec, keys.init);
  const step = compileStep(method.step(spec), { name: `${method.name}.step` });
  const classify = classifier(method, spec);
  const loader = openLoader({
    source: data.train,
    streams: streamsOf(method.views(spec), data.split),
    key: keys.data,
    steps: BATCHES,
    workers: 0,
  });
  const batches = createHash('sha256');
  let stepGraph = '';
  try {
    for await (const { streams } of loader) {
      for (const [stream, views] of Object.entries(streams).toSorted()) {
        for (const [view, { data: bytes, shape }] of Object.entries(views).toSorted()) {
          batches
            .update(`${stream}.${view} [${shape.join()}]`)
            .update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        }
      }
      const scalars = Object.fromEntries(
        Object.entries(method.at(spec, 0)).map(([name, value]) => [name, hostScalar(value)]),
      );
      stepGraph = step.fingerprint(
        state,
        streams as unknown as Batch,
        { scalars, key: stepMask(keys.mask, 0) } as unknown as At,
      );
    }
    const images = {
      data: data.train.images.slice(0, data.train.height * data.train.width * data.train.channels),
      shape: [1, data.train.height, data.train.width, data.train.channels],
    };
    return {
      step: stepGraph,
      predict: classify.fingerprint(method.student(state), images),
      init: sha256(encodeSafetensors(readState(state))),
      schedule: scheduleDigest(method, spec),
      batches: batches.digest('hex'),
    };
  } finally {
    await loader.close();
    tf.dispose(state as tf.TensorContainer);
    step.dispose();
    classify.dispose();
  }
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
