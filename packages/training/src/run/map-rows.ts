import type { HostTensor } from '@spatial-ensemble/engine';
import type { SharedRows } from '../shared-rows.ts';
import { partOf, sharedRows } from './look-part.ts';

/**
 * Numbers that are made of rows, block by block: each process makes, and keeps, those of every so manieth block, so that
 * blocks are the same whatever the number of processes.
 *
 * @param size rows of a block; the last one may have fewer
 * @param width of what is made of a row
 * @param work gives the rows of a block, one after the other
 */
export async function mapRows(
  { shape: [count], rows }: SharedRows,
  size: number,
  width: number,
  work: (block: HostTensor) => Float32Array,
): Promise<SharedRows> {
  const part = partOf(count, size);
  const own = new Float32Array(part.places.length * width);
  let done = 0;
  for (let from = 0; from < count; from += size) {
    const block = await rows(from, Math.min(count, from + size));
    if (part.places[done] !== from) continue;
    own.set(work(block), done * width);
    done += block.shape[0]!;
  }
  return sharedRows(own, width, count, part);
}
