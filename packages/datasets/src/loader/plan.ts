import type { Key } from '@spatial-ensemble/random';
import { checkImages } from '../check-images.ts';
import type { ImageSource } from '../image-source.ts';
import { checkStreams, type StreamSpec } from '../stream.ts';
import { shared, WHOLE, type Share } from './share.ts';
import { createControl, type Control } from './control.ts';
import { createSlot, type Slot } from './slot.ts';

/** All that a worker needs to fill batches: plain data and shared memory, as it is posted to a thread. */
export interface Plan {
  readonly source: ImageSource;
  /** Each with the images of its batch that this process makes. */
  readonly streams: readonly StreamSpec[];
  readonly share: Share;
  /** `keyed`: an epoch after the other, each in an order of its own. `given`: once, as the indices come. */
  readonly order: 'keyed' | 'given';
  /** The words of the run's `data` key. */
  readonly key: readonly [lo: number, hi: number];
  readonly startStep: number;
  readonly steps: number;
  /** The ring: step `startStep + i` is made in slot `i % slots.length`. */
  readonly slots: readonly Slot[];
  readonly control: Control;
}

export interface PlanOptions {
  readonly source: ImageSource;
  readonly streams: readonly StreamSpec[];
  readonly share?: Share;
  readonly order: Plan['order'];
  readonly key: Key;
  readonly startStep: number;
  readonly steps: number;
  readonly slots: number;
}

/** @throws Error that names the image or the stream, if the source or something about the streams is wrong */
export function createPlan(options: PlanOptions): Plan {
  const { source, share = WHOLE, order, key, startStep, steps, slots } = options;
  checkImages(source);
  checkStreams(options.streams, source, source.count);
  const streams = shared(options.streams, share);
  return {
    source,
    streams: streams.map((stream) => ({ ...stream, indices: Int32Array.from(stream.indices) })),
    share,
    order,
    key: [key.lo, key.hi],
    startStep,
    steps,
    slots: Array.from({ length: slots }, () => createSlot(streams, source)),
    control: createControl(slots),
  };
}

/** Where the `nth` step of a plan is made, counted from its first. */
export function slotOf({ slots }: Plan, nth: number): Slot {
  const slot = slots[nth % slots.length];
  if (slot === undefined) throw new Error('a plan has at least one slot');
  return slot;
}

/** Images that one worker takes at a time; small enough that the workers share a batch. */
const CHUNK = 32;

/** Images of a step, all streams together; an image counts once, whatever its views. */
export function imagesPerStep(streams: readonly StreamSpec[]): number {
  return streams.reduce((sum, { batch }) => sum + batch, 0);
}

/** Shares into which a step is cut for the workers. */
export function chunksPerStep(streams: readonly StreamSpec[]): number {
  return Math.ceil(imagesPerStep(streams) / CHUNK);
}

/** The images of a chunk, as the half-open range of their places in the step. */
export function chunkRange(streams: readonly StreamSpec[], chunk: number): readonly [from: number, to: number] {
  return [chunk * CHUNK, Math.min((chunk + 1) * CHUNK, imagesPerStep(streams))];
}
