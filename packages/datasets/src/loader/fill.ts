import { draws, Key, view as viewKey } from '@spatial-ensemble/random';
import { createCanvas } from '../augment/canvas.ts';
import { drawTransforms } from '../augment/draw.ts';
import { transformInto } from '../augment/transform.ts';
import { way } from '../stream.ts';
import type { Plan } from './plan.ts';
import type { Slot } from './slot.ts';

/** Fills the images `from` to `to - 1` of a step; places count through the streams, one after the other. */
export type Fill = (slot: Slot, step: number, from: number, to: number) => void;

/**
 * Fills slots as a plan says. What it writes is a function of the plan and the step alone: every view of every
 * image has a key of its own.
 */
export function createFill({ shape, images, labels, streams, key: [lo, hi] }: Plan): Fill {
  const key = new Key(lo, hi);
  const canvas = createCanvas(shape);
  const bytes = shape.height * shape.width * shape.channels;
  const ways = streams.map((stream) => way(key, stream));

  return (slot, step, from, to) => {
    let first = 0;
    streams.forEach(({ name, batch, views }, s) => {
      const memory = slot.streams[s]!;
      for (let i = Math.max(0, from - first); i < Math.min(batch, to - first); i++) {
        const { epoch, index } = ways[s]!(step * batch + i);
        memory.indices[i] = index;
        memory.labels[i] = labels[index]!;
        views.forEach(({ augment }, v) => {
          const transforms = drawTransforms(augment, shape, draws(viewKey(key, name, epoch, index, v)));
          const view = memory.views[v]!;
          transformInto(view, (i * view.length) / batch, canvas, images, index * bytes, shape, transforms);
        });
      }
      first += batch;
    });
  };
}
