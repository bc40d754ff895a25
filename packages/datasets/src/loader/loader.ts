import type { Key } from '@spatial-ensemble/random';
import { outputShape } from '@spatial-ensemble/augment';
import type { HostImages, HostLabels } from '../host-tensor.ts';
import type { ImageSource } from '../image-source.ts';
import type { StreamSpec } from '../stream.ts';
import type { Share } from './share.ts';
import { startMakers } from './start-makers.ts';
import { createPlan, slotOf, type Plan } from './plan.ts';

export interface LoaderOptions {
  /** Images of one size in memory, or files, which workers decode. */
  readonly source: ImageSource;
  readonly streams: readonly StreamSpec[];
  /**
   * The part of every batch that is given, where several processes share it: its images are the same, of the same views,
   * as in the whole. Default: all of it.
   */
  readonly share?: Share;
  /** The run's `data` key: all orders and views are drawn from it. */
  readonly key: Key;
  /** The first step, counted from 0. Default 0. To resume is to start later; nothing else needs saving. */
  readonly startStep?: number;
  /** The run's last step plus one: batches `startStep` to `steps - 1` are given. */
  readonly steps: number;
  /** Worker threads; 0 augments in `next()`. The batches do not depend on it. Default 1. */
  readonly workers?: number;
  /** Batches that may be in use, ready, or in the making at once, at least 2. Default 4. */
  readonly ahead?: number;
}

/**
 * One step's images. They lie in memory that the loader fills again: they are the caller's until the next call of
 * `next()`. A compiled function copies them when it is called.
 */
export interface LoadedBatch {
  readonly step: number;
  /** By stream and view, as a training step takes them: `streams.unlabelled.strong`; `labels` beside the views. */
  readonly streams: {
    readonly [stream: string]: { readonly labels: HostLabels; readonly [view: string]: HostImages | HostLabels };
  };
  /** The images' indices in the source, int32 `[batch]`, by stream. */
  readonly indices: { readonly [stream: string]: Int32Array };
}

export interface Loader extends AsyncIterableIterator<LoadedBatch, undefined> {
  /** The batch of the next step. One call at a time. @throws Error with a worker's stack, if one failed */
  next(): Promise<IteratorResult<LoadedBatch, undefined>>;
  /** Stops the workers; `next()` then has no more batches. The last batch stays readable. */
  close(): Promise<void>;
  /** How long callers of `next()` have waited so far, in milliseconds. With 0 workers augmenting is part of it. */
  readonly waitedMs: number;
}

/**
 * Opens streams of batches. A batch is a function of (source, streams, key, step) alone: not of the number of
 * workers, of how far they run ahead, or of where the loader started.
 *
 * @throws Error that says what is wrong with the options
 */
export function openLoader(options: LoaderOptions): Loader {
  const { source, streams, share, key, workers = 1, ahead = 4, startStep = 0, steps } = options;
  whole('startStep', startStep, 0);
  whole('steps', steps, startStep);
  whole('workers', workers, 0);
  whole('ahead', ahead, 2);
  const plan = createPlan({
    source,
    streams,
    ...(share && { share }),
    order: 'keyed',
    key,
    startStep,
    steps,
    slots: workers === 0 ? 1 : ahead,
  });
  const makers = startMakers(plan, workers);

  let nth = 0;
  let waitedMs = 0;
  let busy = false;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= makers.close());
  const end = { done: true, value: undefined } as const;

  return {
    get waitedMs() {
      return waitedMs;
    },
    async next() {
      if (busy)
        throw new Error(
          'next() was called while an earlier call was still waiting; a batch is only valid until the next call',
        );
      if (closing || startStep + nth >= steps) return end;
      busy = true;
      const asked = performance.now();
      try {
        await makers.ready(nth);
      } finally {
        waitedMs += performance.now() - asked;
        busy = false;
      }
      const value = batchOf(plan, nth);
      nth++;
      return { done: false, value };
    },
    close,
    async return() {
      await close();
      return end;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** `!`: a slot is made of the plan's streams and their views, in their order. */
function batchOf(plan: Plan, nth: number): LoadedBatch {
  const { streams, source, startStep } = plan;
  const slot = slotOf(plan, nth);
  const tensors: { [stream: string]: { labels: HostLabels; [view: string]: HostImages | HostLabels } } = {};
  const indices: { [stream: string]: Int32Array } = {};
  streams.forEach(({ name, batch, views }, s) => {
    const memory = slot.streams[s]!;
    const ofStream: (typeof tensors)[string] = { labels: { data: memory.labels, shape: [batch] } };
    views.forEach(({ name, augment }, v) => {
      const { height, width, channels } = outputShape(augment, source);
      ofStream[name] = { data: memory.views[v]!, shape: [batch, height, width, channels] };
    });
    tensors[name] = ofStream;
    indices[name] = memory.indices;
  });
  return { step: startStep + nth, streams: tensors, indices };
}

function whole(option: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`\`${option}\` must be a whole number of at least ${least}, got ${value}`);
}
