import { setImmediate as turn } from 'node:timers/promises';
import { checkAugment, outputShape, type AugmentSpec } from '@spatial-ensemble/augment';
import { batchesOf, type EvaluationBatch } from '@spatial-ensemble/datasets';
import { gatherNumbers } from '@spatial-ensemble/engine';
import type { RunImages } from '../data.ts';
import { doneAhead } from './done-ahead.ts';
import { LookInterrupted } from './look-interrupted.ts';
import { partOf } from './look-part.ts';

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
  /** Images of a batch; default: as many as fit in little memory. */
  readonly atOnce?: number;
  /** Bytes that are looked at in the place of a batch's, of the same shape; begun ahead where there are `workers`. Default: its own. */
  readonly changed?: (batch: LookedBatch) => Promise<Uint8Array>;
}

/** A batch of images that are looked at. */
export interface LookedBatch extends EvaluationBatch {
  /** Places in the order of the look. */
  readonly places: Int32Array;
}

/** Told how many of the images that are looked at have been done. */
export type OnLook = (done: number, total: number) => void;

/** Pixels of all images that are evaluated at once, unless that are fewer than 16 images. */
const PIXELS_AT_ONCE = 640_000;

/** How many images of a set are looked at at once: 500, fewer where they are large, unless that is said. */
export function sizeOf({ set, view = [], atOnce }: Looked): number {
  checkAugment(view, set);
  if (atOnce !== undefined) return atOnce;
  const { height, width } = outputShape(view, set);
  return Math.min(500, Math.max(16, Math.floor(PIXELS_AT_ONCE / (height * width))));
}

/**
 * Images to be looked at without training, in batches of `sizeOf`. Where several processes look at them, each is given every
 * so manieth batch, whole, so that it computes what one process would; and all are given as many as the others, or none in
 * the last round: they wait for each other before each, and leave the look together.
 *
 * @throws Error for a view that draws something: an evaluation sees an image one way; for an image of another process's.
 * @throws LookInterrupted where the user wants the run to stop.
 */
export async function* evaluationBatches(looked: Looked): AsyncGenerator<LookedBatch> {
  const { set, view = [], workers = 0, onLook = () => undefined, interrupted = () => false } = looked;
  const total = looked.indices?.length ?? set.count;
  const part = partOf(total, sizeOf(looked));
  const indices = part.places.length === total ? looked.indices : part.of(looked.indices);
  const loaded = batchesOf(set, part.size, {
    augment: view,
    workers: 'files' in set ? workers : 0,
    ...(indices && { indices }),
  });
  const batches = withChanged(withPlaces(loaded, part.places), looked);
  try {
    for (let round = 0; round < part.rounds; round++) {
      const next = await outcomeOf(async () => (await batches.next()).value);
      // A signal is heard in a turn of the event loop, and images in memory need none.
      await turn();
      await goOn(next, interrupted);
      if (next.value !== undefined) yield next.value;
      onLook(part.doneAfter(round), total);
    }
  } finally {
    await batches.return();
  }
}

async function* withPlaces(
  batches: AsyncIterable<EvaluationBatch>,
  places: Int32Array,
): AsyncGenerator<LookedBatch, void> {
  let done = 0;
  for await (const batch of batches) {
    const [n] = batch.images.shape;
    yield { ...batch, places: places.subarray(done, done + n) };
    done += n;
  }
}

/** Batches that threads change while one is looked at; without threads they would only wait for each other. */
const AHEAD = 2;

function withChanged(batches: AsyncGenerator<LookedBatch, void>, { changed, workers = 0 }: Looked): typeof batches {
  if (changed === undefined) return batches;
  const make = async (batch: LookedBatch): Promise<LookedBatch> => {
    const data = await changed(batch);
    return { ...batch, images: { data, shape: batch.images.shape } };
  };
  return doneAhead(batches, make, workers > 0 ? AHEAD : 0);
}

interface Outcome<T> {
  readonly value?: T;
  readonly error?: unknown;
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

const INTERRUPTED = 1;
const FAILED = 2;

/** Goes on where all processes can. */
async function goOn({ error }: Outcome<unknown>, interrupted: () => boolean): Promise<void> {
  const all = await gatherNumbers(error !== undefined ? FAILED : interrupted() ? INTERRUPTED : 0);
  if (error !== undefined) throw error;
  const failed = all.indexOf(FAILED);
  if (failed !== -1) throw new Error(`process ${failed} could not load its images, and says why`);
  if (all.includes(INTERRUPTED)) throw new LookInterrupted();
}
