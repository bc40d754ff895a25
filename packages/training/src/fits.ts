import { z } from 'zod';
import type { KnownData, Problem } from '@spatial-ensemble/record';

// What methods ask of a spec and the images that it is to be run on. `key` is the field of the spec, for messages.

/** As many classes as the images have: fewer would fail at a label, more would never be right. */
export function classesFit(key: string, classes: number, data: KnownData): Problem[] {
  return data.classes === undefined || data.classes === classes
    ? []
    : [
        {
          key,
          says: `is ${classes}, and ${data.title} has ${counted(data.classes, 'class', 'classes')}: --set ${key}=${data.classes}`,
        },
      ];
}

/** As many channels as the images have. */
export function channelsFit(key: string, channels: number, data: KnownData): Problem[] {
  return data.channels === channels
    ? []
    : [
        {
          key,
          says: `is ${channels}, and ${data.title} has ${counted(data.channels, 'channel', 'channels')}: --set ${key}=${data.channels}`,
        },
      ];
}

/**
 * No more images at once than the stream has: an image would stand in a batch, or in a queue, twice.
 *
 * @param what `a batch`, `the queue`.
 */
export function imagesSuffice(
  key: string,
  count: number,
  what: string,
  stream: 'labelled' | 'unlabelled',
  data: KnownData,
): Problem[] {
  const there = data.parts?.[stream];
  return there === undefined || count <= there
    ? []
    : [{ key, says: `${what} of ${count} is more than the ${there} ${stream} images that there are` }];
}

/** The share of an image's area that is cropped, from and to. */
export const cropScale = z
  .tuple([z.number().positive().max(1), z.number().positive().max(1)])
  .refine(([from, to]) => from <= to, { error: 'must go from the smaller share to the larger, as in [0.08, 1]' });

function counted(n: number, one: string, more: string): string {
  return `${n} ${n === 1 ? one : more}`;
}
