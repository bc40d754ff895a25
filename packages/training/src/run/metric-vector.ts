import { suggestion, type MetricDeclaration, type MetricDeclarations } from '@spatial-ensemble/record';
import * as tf from '@tensorflow/tfjs-core';
import type { Bound } from '../bound.ts';
import type { Metrics } from '../method.ts';

/** Where a metric's numbers stand in the vector of all. */
export interface Place {
  readonly name: string;
  readonly summed: MetricDeclaration['summed'];
  readonly sum: number;
  /** Of a share alone. */
  readonly count?: number;
}

/** Where all that are declared stand, whether a step shows them or not, in the order of their names. */
export function placesOf(declared: MetricDeclarations): readonly Place[] {
  let next = 0;
  return Object.entries(declared)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { summed }]) => ({ name, summed, sum: next++, ...(summed === 'share' && { count: next++ }) }));
}

type Declares = Pick<Bound, 'name' | 'metrics'>;

/**
 * What a step shows as one vector, float32 `[n]`; 0 stands for what is declared and not shown.
 *
 * @throws Error where the step shows what its method does not declare, or declares as something else
 */
export function metricVector(bound: Declares, places: readonly Place[], shown: Metrics): tf.Tensor {
  for (const [name, metric] of Object.entries(shown)) checkDeclared(bound, name, metric);
  const nothing = tf.scalar(0);
  return tf.stack(
    places.flatMap(({ name, count }) => {
      const metric = shown[name];
      if (metric === undefined) return count === undefined ? [nothing] : [nothing, nothing];
      return 'count' in metric ? [metric.sum, metric.count] : [metric];
    }),
  );
}

function checkDeclared({ name: of, metrics }: Declares, name: string, metric: Metrics[string]): void {
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
}
