import { setImmediate as turn } from 'node:timers/promises';
import { checkAugment, outputShape, type AugmentSpec } from '@spatial-ensemble/augment';
import { batchesOf, type EvaluationBatch } from '@spatial-ensemble/datasets';
import type { RunImages } from '../data.ts';
import { LookInterrupted } from './look-interrupted.ts';

/** Who watches while images are looked at, and what loads them. */
export interface LookingSession {
  /** Threads that decode images which lie in files; default 0. Those in memory need none. */
  readonly workers?: number;
  /** Told after each batch. */
  readonly onLook?: OnLook;
  /** Asked before each batch: true ends the look. Default: never. */
  readonly interrupted?: () => boolean;
}

/** Which images of a set, and how they are prepared. */
export interface Looked extends LookingSession {
  readonly set: RunImages;
  /** Indices into the set; all of them by default. */
  readonly indices?: ArrayLike<number>;
  /** What is done to them; nothing by default. */
  readonly view?: AugmentSpec;
}

/** Told how many of the images that are looked at have been done. */
export type OnLook = (done: number, total: number) => void;

/** Pixels of all images that are evaluated at once, unless that are fewer than 16 images. */
const PIXELS_AT_ONCE = 640_000;

/**
 * Images to be looked at without training: 500 at once, fewer where they are large.
 *
 * @throws Error for a view that draws something: an evaluation sees an image one way.
 * @throws LookInterrupted where the user wants the run to stop.
 */
export async function* evaluationBatches({
  set,
  indices,
  view = [],
  workers = 0,
  onLook = () => undefined,
  interrupted = () => false,
}: Looked): AsyncGenerator<EvaluationBatch> {
  checkAugment(view, set);
  const { height, width } = outputShape(view, set);
  const size = Math.min(500, Math.max(16, Math.floor(PIXELS_AT_ONCE / (height * width))));
  const batches = batchesOf(set, size, {
    augment: view,
    workers: 'files' in set ? workers : 0,
    ...(indices && { indices }),
  });
  let done = 0;
  for await (const batch of batches) {
    // A signal is heard in a turn of the event loop, and images in memory need none.
    await turn();
    if (interrupted()) throw new LookInterrupted();
    yield batch;
    done += batch.labels.data.length;
    onLook(done, indices?.length ?? set.count);
  }
}
