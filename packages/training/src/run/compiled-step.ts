import { compileStep, hostScalar } from '@spatial-ensemble/engine';
import { suggestion, type Arithmetic, type MetricDeclaration } from '@spatial-ensemble/record';
import { stepMask, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import type { At, Batch, HostBatch, Metrics, State, Trainable } from '../method.ts';
import type { Metered } from './window.ts';

/** What a step is told besides its batch, as host tensors. */
export function atOf(trainable: Trainable, step: number, mask: Key): At {
  const scalars = Object.fromEntries(
    Object.entries(trainable.at(step)).map(([name, value]) => [name, hostScalar(value)]),
  );
  return { scalars, key: stepMask(mask, step) } as unknown as At;
}

/** How a step is compiled. */
export interface StepOptions {
  /** `tf32` is float32 here: it is what TensorFlow was started with. */
  readonly precision: Arithmetic['precision'];
  readonly xla: boolean;
}

/** A step whose metrics are one vector. */
export interface CompiledStep {
  /** @returns the next state, and the metrics on the device, for `read`: they are the caller's. */
  run(state: State, batch: HostBatch, at: At): Promise<readonly [State, tf.Tensor]>;
  /**
   * The metrics of a step; waits until the device has them.
   *
   * @param number the step's, from 1.
   * @throws Error when one is no finite number: training diverged.
   */
  read(metrics: tf.Tensor, number: number): readonly Metered[];
  /** SHA-256 of its graph; undefined before its first run. */
  readonly graph: string | undefined;
  dispose(): void;
}

/** Where a metric's numbers stand in the vector of all. */
interface Place {
  readonly name: string;
  readonly summed: MetricDeclaration['summed'];
  readonly sum: number;
  readonly count?: number;
}

/**
 * The method's step, compiled, with its metrics in one vector: one read a step, whenever it is wanted.
 *
 * Its first run throws an Error where the step shows a metric that the method does not declare, or declares as something
 * else.
 */
export function compiledStep(bound: Bound, { precision, xla }: StepOptions): CompiledStep {
  const { name: of, trainable } = bound;
  let places: readonly Place[] = [];
  const fn = (state: State, batch: Batch, at: At): readonly [State, tf.Tensor] => {
    const [next, metrics] = trainable.step(state, batch, at);
    const { scalars, ...placed } = inOneVector(bound, metrics);
    places = placed.places;
    return [next, tf.stack([...scalars])];
  };
  const compiled = compileStep(fn, {
    name: `${of}.step`,
    precision: precision === 'bfloat16' ? 'bfloat16' : 'float32',
    xla,
  });
  return {
    run: (state, batch, at) => compiled.async(state, batch as unknown as Batch, at),
    read(vector, number) {
      const values = vector.dataSync();
      // `]!`: the vector was made of as many scalars as there are places.
      const metrics = places.map(({ name, summed, sum, count }) => ({
        name,
        summed,
        sum: values[sum]!,
        ...(count !== undefined && { count: values[count]! }),
      }));
      const broken = metrics.find(({ sum }) => !Number.isFinite(sum));
      if (broken !== undefined)
        throw new Error(
          `${broken.name} is ${broken.sum} after step ${number}: training diverged. Lower the learning rate.`,
        );
      return metrics;
    },
    get graph() {
      return compiled.graph;
    },
    dispose: () => compiled.dispose(),
  };
}

/** Metrics in the order of their names, and the scalars that they consist of. */
function inOneVector(
  bound: Declares,
  metrics: Metrics,
): { readonly places: readonly Place[]; readonly scalars: readonly tf.Tensor[] } {
  const scalars: tf.Tensor[] = [];
  const place = (scalar: tf.Tensor): number => scalars.push(scalar) - 1;
  const places = Object.entries(metrics)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, metric]) => {
      const summed = summedAs(bound, name, metric);
      return 'count' in metric
        ? { name, summed, sum: place(metric.sum), count: place(metric.count) }
        : { name, summed, sum: place(metric) };
    });
  return { places, scalars };
}

type Declares = Pick<Bound, 'name' | 'metrics'>;

/** How steps come to one number, as declared. */
function summedAs({ name: of, metrics }: Declares, name: string, metric: Metrics[string]): MetricDeclaration['summed'] {
  const declaration = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (declaration === undefined)
    throw new Error(
      `the step of ${of} shows '${name}', which its \`metrics\` do not declare.${suggestion(name, Object.keys(metrics))}`,
    );
  const { summed } = declaration;
  const given = 'count' in metric;
  if (given !== (summed === 'share'))
    throw new Error(
      given
        ? `the step of ${of} gives ${name} as a sum and a count, which is a share, and its \`metrics\` declare summed: '${summed}'`
        : `the step of ${of} gives ${name} as one number, and its \`metrics\` declare summed: 'share', which takes a sum and a count`,
    );
  return summed;
}
