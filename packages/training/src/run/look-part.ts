import { gatherNumbers, gatherOnHost, thisWorker, type HostTensor } from '@spatial-ensemble/engine';
import { inMemory, type SharedRows } from '../shared-rows.ts';

/** The part of a look at images that a process has: whole batches, every so manieth. */
export interface LookPart {
  /** Images of a batch; the last of all may have fewer. */
  readonly size: number;
  /** Batches until all are looked at, of the process that has most. */
  readonly rounds: number;
  /** Its images, as places in the order of the look. */
  readonly places: Int32Array;
  /** Its images among those of the look; undefined stands for all of a set. */
  of(indices: ArrayLike<number> | undefined): ArrayLike<number>;
  /** How many images all processes have looked at after a round, counted from 0. */
  doneAfter(round: number): number;
}

/** The part of this process. */
export function partOf(total: number, size: number): LookPart {
  const { rank, workers } = thisWorker();
  const batches = Math.ceil(total / size);
  const rounds = Math.ceil(batches / workers);
  const places = Int32Array.from({ length: total }, (_, place) => place).filter(
    (place) => Math.floor(place / size) % workers === rank,
  );
  return {
    size,
    rounds,
    places,
    // `!`: places are of the look.
    of: (indices) => (indices === undefined ? places : places.map((place) => indices[place]!)),
    doneAfter: (round) => Math.min(total, (round + 1) * workers * size),
  };
}

/**
 * The rows of all images of a look, in its order, of which each process keeps those of its own images.
 *
 * @param own float32, the rows of this process's images one after the other
 * @param width of a row; a process without images does not know it
 * @param total images of the look
 */
export async function sharedRows(
  own: Float32Array,
  width: number,
  total: number,
  { size }: LookPart,
): Promise<SharedRows> {
  const { workers } = thisWorker();
  if (workers === 1) return inMemory({ data: own, shape: [total, width] });
  const known = Math.max(...(await gatherNumbers(width)));
  const step = size * known;
  const rows = async (from: number, to: number): Promise<HostTensor> => {
    const data = new Float32Array((to - from) * known);
    // The batches of a round lie one after the other, and only the last of all is not full.
    const around = workers * size;
    for (let round = Math.floor(from / around); round * around < to; round++) {
      const piece = new Float32Array(step);
      piece.set(own.subarray(round * step, (round + 1) * step));
      const all = await gatherOnHost(piece, known);
      const first = round * around;
      const [begin, end] = [Math.max(from, first), Math.min(to, first + around)];
      data.set(all.subarray((begin - first) * known, (end - first) * known), (begin - from) * known);
    }
    return { data, shape: [to - from, known] };
  };
  return { shape: [total, known], rows };
}
