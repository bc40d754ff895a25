import type { HostTensor, Tree } from '@spatial-ensemble/engine';
import type { Key } from '@spatial-ensemble/random';
import type { Tensor } from '@tensorflow/tfjs-core';

// Contract draft, written first so that the packages can grow side by side.

/** Named tensors of one network: what the optimiser changes, and what batch norm keeps. */
export interface Variables {
  readonly params: { readonly [name: string]: Tensor };
  readonly buffers: { readonly [name: string]: Tensor };
}

/** One batch, by stream name and then by view name: `batch.unlabelled.strong`; `labels` are int32 `[n]`. */
export interface Batch {
  readonly [stream: string]: { readonly [view: string]: HostTensor };
}

/** What a step is told besides its batch: scheduled scalars (fed as tensors, so that they never retrace) and keys. */
export interface At {
  readonly scalars: { readonly [name: string]: HostTensor };
  readonly key: Key;
}

export type State = Tree<Tensor>;
export type Metrics = { readonly [name: string]: Tensor };
