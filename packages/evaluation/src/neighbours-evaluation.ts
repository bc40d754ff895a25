import { compile, type HostTensor } from '@spatial-ensemble/engine';
import type { Variables } from '@spatial-ensemble/nn';
import type { Measure } from '@spatial-ensemble/record';
import {
  allOf,
  pixelsOf,
  type Encodes,
  type FeatureTools,
  type MeasuringTools,
  type Method,
  type SharedRows,
  type TrainableOf,
} from '@spatial-ensemble/training';
import type * as tf from '@tensorflow/tfjs-core';
import { bankProblems, knnMeasurement, makesOf, measuredOf, type Subject } from './knn-measurement.ts';
import type { KnnSpec } from './knn-spec.ts';
import { neighboursSpec, type NeighboursSpec } from './neighbours-spec.ts';
import { channelProblems, encodesOf, type Pretraining } from './pretraining.ts';

/** What is kept of a finished run: the network that is looked at. */
interface Frozen {
  readonly variables: Variables;
}

/**
 * Nearest neighbours of a finished run's features on images of the evaluation's own `data`: other data sets than the
 * encoder learnt from, or the same. It takes no step. A `knn` measurement is what `measurements` has of the run's own images.
 *
 * Its measures are named as that measurement's, `knn` and `knn-pixels` where `name` is not given; of an untrained encoder
 * `knn-untrained` alone.
 */
export function neighboursEvaluation<P>(pretraining: Pretraining<P>): Method<NeighboursSpec<P>> {
  return {
    name: 'neighbours',
    version: 1,
    schema: neighboursSpec(pretraining.schema) as never,
    smoke: (spec) => {
      const { k, chosenOn, bank } = knnMeasurement.smoke!(asKnn(spec));
      const { chosenOn: _, ...rest } = spec;
      return { ...rest, k, bank, ...(chosenOn !== undefined && { chosenOn }) };
    },
    steps: () => 0,
    check: (spec, data) => [...bankProblems(spec, data), ...channelProblems(pretraining, spec, data)],
    stride: ({ pretraining: of }) => pretraining.stride?.(of) ?? 1,
    metrics: {},
    makes: (spec) => makesOf(subjects(spec), spec),
    bind: (spec) => evaluated(spec, encodesOf(pretraining, spec)),
  };
}

function evaluated<P>(spec: NeighboursSpec<P>, encodes: Encodes): TrainableOf<Frozen> {
  return {
    streams: {},
    init(_, from) {
      if (from === undefined)
        throw new Error('neighbours are those of a finished run; declare them among the evaluations of a study');
      return { variables: spec.whose === 'teacher' ? from.teacher : from.student };
    },
    at: () => ({}),
    step: (state) => [state, {}],
    student: ({ variables }) => variables,
    teacher: ({ variables }) => variables,
    encodes,
    measures: {
      async measure(state, tools) {
        const { looks, dispose } = looksOf(encodes, (state as Frozen).variables, tools, spec.batch);
        try {
          const measures: Measure[] = [];
          for (const of of subjects(spec)) measures.push(...(await measuredOf(of, asKnn(spec), looks)));
          return measures;
        } finally {
          dispose();
        }
      },
    },
  };
}

/** What neighbours are looked for among. */
function subjects<P>({ whose, sanity }: NeighboursSpec<P>): readonly Subject[] {
  return whose === 'untrained' ? ['untrained'] : [whose, ...sanity];
}

/** The same as a measurement of the run's own images would have it. */
function asKnn<P>({ whose, ...all }: NeighboursSpec<P>): KnnSpec {
  const { batch: _, pretraining: __, ...spec } = all;
  return whose === 'untrained'
    ? { ...spec, networks: ['student'], sanity: ['untrained'] }
    : { ...spec, networks: [whose], sanity: [...spec.sanity] };
}

/** Features of the one network, and pixels, computed once however often they are asked for. */
function looksOf(
  { view, encode }: Encodes,
  variables: Variables,
  tools: MeasuringTools,
  batch: number,
): { readonly looks: FeatureTools; dispose(): void } {
  const compiled = compile((of: Variables, images: tf.Tensor) => encode(of, images), { name: 'neighbours.encode' });
  const known = new Map<string, Promise<SharedRows>>();
  const features = async (images: HostTensor): Promise<Float32Array> => {
    const rows = await compiled.async(variables as never, images as never);
    const data = rows.dataSync() as Float32Array;
    rows.dispose();
    return data;
  };
  const sharedFeatures: FeatureTools['sharedFeatures'] = (of, images, count) => {
    const pixels = of === 'pixels';
    const name = `${pixels} ${images} ${count}`;
    const found =
      known.get(name) ??
      tools.sharedRows({ of: images, ...(count !== undefined && { count }), view, batch }, (given) =>
        pixels ? Promise.resolve(pixelsOf(given.images).data) : features(given.images),
      );
    known.set(name, found);
    return found;
  };
  return {
    looks: {
      features: async (...which) => allOf(await sharedFeatures(...which)),
      sharedFeatures,
      labels: (images, count) => tools.labels({ of: images, ...(count !== undefined && { count }) }),
      classes: tools.classes,
    },
    dispose: () => compiled.dispose(),
  };
}
