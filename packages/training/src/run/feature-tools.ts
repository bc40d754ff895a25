import type { HostTensor } from '@spatial-ensemble/engine';
import { seeds, type Seed } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import type { RunData } from '../data.ts';
import type { FeaturesOf, FeatureTools, ImagesOf, TrainingImages } from '../measurement.ts';
import type { State, Variables } from '../method.ts';
import { allOf, type SharedRows } from '../shared-rows.ts';
import { bankOrder } from './bank-order.ts';
import type { Looked, LookingSession } from './evaluation-batches.ts';
import { encoderOf, pixelFeatures, type Encoder } from './features.ts';
import { sameVariables } from './same-variables.ts';

/** A run whose networks are looked at, as they are now. */
export interface MeasuredRun {
  readonly bound: Bound;
  readonly seed: Seed;
  readonly data: RunData;
  readonly state: State;
  readonly looking?: LookingSession;
}

/** A run's encoder, compiled once; undefined where the method has none. */
export function encoderIn({ name, trainable: { encodes } }: Bound): Encoder<Variables> | undefined {
  return encodes && encoderOf<Variables>(`${name}.encode`, (variables, images) => encodes.encode(variables, images));
}

/** Features of a run's networks as they are now: each is computed once, and kept as long as the tools are. */
export function featureTools(
  { bound, seed, data, state, looking }: MeasuredRun,
  encoder: Encoder<Variables> | undefined,
): FeatureTools {
  const { trainable } = bound;
  const all = {
    bank: { set: data.train, what: 'training', indices: () => bankOrder(seed, data) },
    'held-out': { set: data.train, what: 'held-out', indices: () => Int32Array.from(data.split.heldOut) },
    test: { set: data.test, what: 'test', indices: () => Int32Array.from({ length: data.test.count }, (_, i) => i) },
  };
  const orders = new Map<ImagesOf, Int32Array>();
  const known = new Map<string, Promise<SharedRows>>();
  const gathered = new Map<Promise<SharedRows>, Promise<HostTensor>>();
  const imagesOf = (images: ImagesOf, count: number | undefined) => {
    const { set, what, indices } = all[images];
    const order = orders.get(images) ?? indices();
    orders.set(images, order);
    if (order.length === 0) throw new Error(`images of the ${what} set were asked for, and there are none`);
    if (count !== undefined && (count > order.length || !Number.isInteger(count) || count < 1))
      throw new Error(`${count} images of the ${what} set were asked for, and there are ${order.length}`);
    const view = trainable.encodes?.view ?? [];
    return { set, indices: order.subarray(0, count ?? order.length), view, ...looking };
  };
  const compute = async (of: FeaturesOf, looked: Looked): Promise<SharedRows> => {
    if (of === 'pixels') return pixelFeatures(looked);
    if (encoder === undefined) throw new Error(`${bound.name} has no encoder, so its features cannot be measured`);
    if (of !== 'untrained') return encoder.shared(trainable[of](state), looked);
    const first = trainable.init(seeds(seed).init);
    try {
      return await encoder.shared(trainable.student(first), looked);
    } finally {
      tf.dispose(first as tf.TensorContainer);
    }
  };
  const tools: FeatureTools = {
    features(of, images, count) {
      const shared = tools.sharedFeatures(of, images, count);
      const features = gathered.get(shared) ?? shared.then(allOf);
      gathered.set(shared, features);
      return features;
    },
    sharedFeatures(of, images, count) {
      // Where the student teaches itself, their features are the same.
      const whose =
        of === 'teacher' && sameVariables(trainable.teacher(state), trainable.student(state)) ? 'student' : of;
      const looked = imagesOf(images, count);
      const name = `${whose} ${images} ${looked.indices.length}`;
      const features = known.get(name) ?? compute(whose, looked);
      known.set(name, features);
      return features;
    },
    labels(images, count) {
      const { set, indices } = imagesOf(images, count);
      // `!`: they are indices of its images.
      return Int32Array.from(indices, (index) => set.labels[index]!);
    },
    classes: data.train.classes.length,
  };
  return tools;
}

/**
 * The same tools before a run's last step.
 *
 * @param who asks, for the message
 */
export function withoutTest(tools: FeatureTools, who: string): FeatureTools<TrainingImages> {
  const allowed = (images: ImagesOf): ImagesOf => {
    if (images !== 'test') return images;
    throw new Error(
      `${who} asks for test images while the run trains, and those are for its end: let it look at 'held-out' or 'bank'`,
    );
  };
  return {
    features: (of, images, count) => tools.features(of, allowed(images), count),
    sharedFeatures: (of, images, count) => tools.sharedFeatures(of, allowed(images), count),
    labels: (images, count) => tools.labels(allowed(images), count),
    classes: tools.classes,
  };
}
