import type { MetricsLine } from '@spatial-ensemble/record';
import { digestOf } from '../run/digest.ts';
import type { RunPort, Saved } from '../run/port.ts';

/** What is left of a run in memory: its last save, and the lines that were written until then. */
export interface Kept {
  readonly saved: Saved | undefined;
  readonly lines: readonly MetricsLine[];
}

/** Nothing saved yet. */
export const NOTHING: Kept = { saved: undefined, lines: [] };

/** The process is gone, in the middle of a save. */
export class Killed extends Error {}

/** A port that keeps a run in memory, and what it kept. */
export interface MemoryPort extends RunPort {
  kept(): Kept;
}

/**
 * @param before what the run goes on from.
 * @param diesAt the save after so many steps is never done: Killed is thrown in its place.
 */
export function memoryPort(before: Kept, diesAt = Infinity): MemoryPort {
  let kept = before;
  const lines = [...before.lines];
  return {
    saved: before.saved,
    append: (line) => void lines.push(line),
    lines: () => lines,
    kept: () => kept,
    async save(tensors, { step, window, code = [] }) {
      if (step >= diesAt) throw new Killed(`killed while step ${step} was saved`);
      const copies = new Map(
        [...tensors].map(([name, { data, shape }]) => [name, { data: data.slice(), shape: [...shape] }]),
      );
      const weights = digestOf(copies);
      kept = { saved: { step, window, code, tensors: copies, weights, place: 'memory' }, lines: [...lines] };
      return weights;
    },
  };
}
