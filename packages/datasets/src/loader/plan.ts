import type { Key } from '@spatial-ensemble/random';
import type { ImageShape } from '../augment/canvas.ts';
import type { ImageSet } from '../image-set.ts';
import { checkStreams, type StreamSpec } from '../stream.ts';
import { createControl, type Control } from './control.ts';
import { createSlot, type Slot } from './slot.ts';

/** All that a worker needs to fill batches: plain data and shared memory, as it is posted to a thread. */
export interface Plan {
  readonly shape: ImageShape;
  /** `[count, height, width, channels]` */
  readonly images: Uint8Array<SharedArrayBuffer>;
  /** `[count]` */
  readonly labels: Int32Array<SharedArrayBuffer>;
  readonly streams: readonly StreamSpec[];
  /** The words of the run's `data` key. */
  readonly key: readonly [lo: number, hi: number];
  readonly startStep: number;
  readonly steps: number;
  /** The ring: step `startStep + i` is made in slot `i % slots.length`. */
  readonly slots: readonly Slot[];
  readonly control: Control;
}

export interface PlanOptions {
  readonly source: ImageSet;
  readonly streams: readonly StreamSpec[];
  readonly key: Key;
  readonly startStep: number;
  readonly steps: number;
  readonly slots: number;
}

/** @throws Error that names the stream, if something about the streams does not fit the source */
export function createPlan({ source, streams, key, startStep, steps, slots }: PlanOptions): Plan {
  const shape = { height: source.height, width: source.width, channels: source.channels };
  checkStreams(streams, shape, source.count);
  return {
    shape,
    images: source.images,
    labels: source.labels,
    streams: streams.map((stream) => ({ ...stream, indices: Int32Array.from(stream.indices) })),
    key: [key.lo, key.hi],
    startStep,
    steps,
    slots: Array.from({ length: slots }, () => createSlot(streams, shape)),
    control: createControl(slots),
  };
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
