import { draws, Key, streamViews, viewIn } from '@spatial-ensemble/random';
import { createCanvas, drawTransforms, transformInto } from '@spatial-ensemble/augment';
import { way, type Place, type StreamSpec } from '../stream.ts';
import { isStopped } from './control.ts';
import type { Plan } from './plan.ts';
import { positionOf } from './share.ts';
import { createReader } from './reader.ts';
import type { Slot } from './slot.ts';

/** Fills the images `from` to `to - 1` of a step; places count through the streams, one after the other. */
export type Fill = (slot: Slot, step: number, from: number, to: number) => Promise<void>;

/** An image to be made: the stream and the place in its batch, and which image it is. */
interface Job {
  readonly stream: number;
  readonly place: number;
  readonly epoch: number;
  readonly index: number;
}

/**
 * Fills slots as a plan says. What it writes is a function of the plan and the step alone: every view of every
 * image has a key of its own.
 *
 * `]!`: a slot is made of the plan's streams and their views in their order, a reader gives what was asked for, and
 * streams were checked to name images that there are. Every view of every image passes here.
 */
export function createFill({ source, streams, share, order, key: [lo, hi], control }: Plan): Fill {
  const key = new Key(lo, hi);
  const read = createReader(source);
  const canvas = createCanvas({ height: 1, width: 1, channels: source.channels });
  const keys = streams.map(({ name }) => streamViews(key, name));
  const ways = streams.map((stream) => (order === 'keyed' ? way(key, stream) : straight(stream)));

  const jobsOf = (step: number, from: number, to: number): Job[] => {
    const jobs: Job[] = [];
    let first = 0;
    streams.forEach(({ batch }, stream) => {
      for (let place = Math.max(0, from - first); place < Math.min(batch, to - first); place++) {
        const at = ways[stream]!(positionOf(share, batch, step, place));
        if (at !== undefined) jobs.push({ stream, place, ...at });
      }
      first += batch;
    });
    return jobs;
  };

  return async (slot, step, from, to) => {
    const jobs = jobsOf(step, from, to);
    let n = 0;
    for await (const { data, at, shape } of read(jobs.map(({ index }) => index))) {
      if (isStopped(control)) return;
      const { stream, place, epoch, index } = jobs[n++]!;
      const { batch, views } = streams[stream]!;
      const memory = slot.streams[stream]!;
      memory.indices[place] = index;
      memory.labels[place] = source.labels[index]!;
      views.forEach(({ augment }, v) => {
        const transforms = drawTransforms(augment, shape, draws(viewIn(keys[stream]!, epoch, index, v)));
        const view = memory.views[v]!;
        transformInto(view, (place * view.length) / batch, canvas, data, at, shape, transforms);
      });
    }
  };
}

/** The images as they come; there is nothing after the last. */
function straight({ indices }: StreamSpec): (position: number) => Place | undefined {
  return (position) => (position < indices.length ? { epoch: 0, index: indices[position]! } : undefined);
}
