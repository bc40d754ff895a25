import type { HostTensor } from '@spatial-ensemble/engine';
import { seeds, type Seed } from '@spatial-ensemble/random';
import { parse, Measure, type RunSpec } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { RunData } from '../data.ts';
import type { FeaturesOf, ImagesOf, Measurement, MeasurementTools } from '../measurement.ts';
import type { Bound } from '../bound.ts';
import type { State, Variables } from '../method.ts';
import { bankOrder } from './bank-order.ts';
import { encoderOf, pixelFeatures } from './features.ts';
import type { Looked, LookingSession } from './evaluation-batches.ts';
import { sameVariables } from './same-variables.ts';
import { allOf, type SharedRows } from '../shared-rows.ts';

/** A measurement and its spec. */
export interface Measuring {
  readonly measurement: Measurement<unknown>;
  readonly spec: unknown;
}

/** What a run that has taken its last step is measured with. */
export interface MeasuredRun {
  readonly bound: Bound;
  readonly seed: Seed;
  readonly data: RunData;
  readonly state: State;
  readonly looking?: LookingSession;
}

/** The measurements of a run with their code, by the names of its record. */
export function measuringsOf(
  declared: RunSpec['measurements'],
  code: { readonly [name: string]: Measurement<unknown> },
): Measuring[] {
  return Object.entries(declared ?? {}).map(([name, { spec }]) => {
    const measurement = code[name];
    if (measurement === undefined)
      throw new Error(`the study declares the measurement ${name}, and \`defineExperiment\` was given no code for it`);
    return { measurement, spec: parse(measurement.schema, spec, `the measurement ${name}`) };
  });
}

/** Takes every measurement of a run, in order. */
export async function measured(run: MeasuredRun, measurings: readonly Measuring[]): Promise<Measure[]> {
  if (measurings.length === 0) return [];
  const { tools, dispose } = toolsOf(run);
  const measures: Measure[] = [];
  try {
    for (const { measurement, spec } of measurings)
      measures.push(
        ...parse(z.array(Measure), await measurement.measure(spec, tools), `what ${measurement.name} measured`),
      );
    return measures;
  } finally {
    dispose();
  }
}

function toolsOf({ bound, seed, data, state, looking }: MeasuredRun): {
  readonly tools: MeasurementTools;
  dispose(): void;
} {
  const { trainable } = bound;
  const { encodes } = trainable;
  const encoder =
    encodes && encoderOf<Variables>(`${bound.name}.encode`, (variables, images) => encodes.encode(variables, images));
  const order = bankOrder(seed, data);
  const known = new Map<string, Promise<SharedRows>>();
  const gathered = new Map<Promise<SharedRows>, Promise<HostTensor>>();
  const imagesOf = (images: ImagesOf, count: number | undefined) => {
    const set = images === 'bank' ? data.train : data.test;
    const all = images === 'bank' ? order : Int32Array.from({ length: data.test.count }, (_, i) => i);
    if (count !== undefined && (count > all.length || !Number.isInteger(count) || count < 1))
      throw new Error(
        `${count} images of the ${images === 'bank' ? 'training' : 'test'} set were asked for, and there are ${all.length}`,
      );
    const view = encodes?.view ?? [];
    return { set, indices: all.subarray(0, count ?? all.length), view, ...looking };
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
  const tools: MeasurementTools = {
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
    data,
  };
  return { tools, dispose: () => encoder?.dispose() };
}
