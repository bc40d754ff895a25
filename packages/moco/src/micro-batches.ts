import { microBatchCount } from '@spatial-ensemble/nn';
import type { EncoderFamily, Fields } from '@spatial-ensemble/training';
import type { MocoSpec } from './spec.ts';

/** How many micro-batches a step takes, and the encoder's part of the spec of one of them. */
export interface MicroBatched<Network> {
  readonly count: number;
  readonly network: Network;
}

/**
 * Micro-batches hold as many of the groups of batch norm as there are in their part of the batch.
 *
 * @throws Error if they do not hold whole groups, or do not divide the batch
 */
export function microBatched<F extends Fields>(
  { batch, network }: MocoSpec<F>,
  { parts }: EncoderFamily<F>,
  microBatch: number | undefined,
): MicroBatched<MocoSpec<F>['network']> {
  const groups = parts?.count(network) ?? 1;
  const count = microBatchCount({ batch, microBatch, groups });
  return { count, network: parts === undefined ? network : { ...network, ...parts.holding(network, groups / count) } };
}
