import type { AugmentSpec } from './augment/spec.ts';

/** A view: one augmented copy of every image of a batch. */
export interface ViewSpec {
  readonly name: string;
  readonly augment: AugmentSpec;
}

/**
 * Images that are drawn without replacement, epoch after epoch, each epoch in a keyed order of its own. Batches
 * run on over the end of an epoch, so every batch is full, and few images repeat within one.
 */
export interface StreamSpec {
  /** Part of every key of the stream: two streams draw different orders and views from the same images. */
  readonly name: string;
  /** Indices into the source, each once. */
  readonly indices: ArrayLike<number>;
  /** Images a step. */
  readonly batch: number;
  /** At least one. `labels` is no name for a view: it is where the labels are. */
  readonly views: readonly ViewSpec[];
}
