import type { Key } from '@spatial-ensemble/random';
import type { HostImages, HostLabels } from './host-tensor.ts';
import type { ImageSet } from './image-set.ts';
import type { StreamSpec } from './stream.ts';

export interface LoaderOptions {
  readonly source: ImageSet;
  readonly streams: readonly StreamSpec[];
  /** The run's `data` key: all orders and views are drawn from it. */
  readonly key: Key;
  /** The first step, counted from 0. Default 0. To resume is to start later; nothing else needs saving. */
  readonly startStep?: number;
  /** The run's last step plus one: batches `startStep` to `steps - 1` are given. */
  readonly steps: number;
  /** Worker threads; 0 augments in `next()`. The batches do not depend on it. Default 1. */
  readonly workers?: number;
  /** Batches that may be ready or in the making at once. Default 4, at least 2. */
  readonly ahead?: number;
}

/**
 * One step's images. They lie in memory that the loader fills again: they are the caller's until the next call of
 * `next()`. Compiled functions copy their inputs when they are called.
 */
export interface LoadedBatch {
  readonly step: number;
  /** By stream and view, as a training step takes them: `streams.unlabelled.strong`; `labels` beside the views. */
  readonly streams: { readonly [stream: string]: { readonly labels: HostLabels; readonly [view: string]: HostImages | HostLabels } };
  /** The images' indices in the source, `[batch]`, by stream. */
  readonly indices: { readonly [stream: string]: Int32Array };
}

export interface Loader extends AsyncIterableIterator<LoadedBatch, undefined> {
  next(): Promise<IteratorResult<LoadedBatch, undefined>>;
  /** Stops the workers. A batch in use stays readable. */
  close(): Promise<void>;
  /** How long callers of `next()` have waited so far, in milliseconds. Augmenting in `next()` counts as waiting. */
  readonly waitedMs: number;
}
