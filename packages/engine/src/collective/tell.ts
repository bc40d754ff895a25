import { setTimeout as after } from 'node:timers/promises';
import type * as tf from '@tensorflow/tfjs-core';
import { compile } from '../compile/compiled.ts';
import { thisWorker } from './collective-op.ts';
import { allGather } from './collectives.ts';

// Processes that talk between steps. They wait off the main thread, so that signals are heard meanwhile and a process that
// is gone is noticed. All of it must be called by all processes in the same order, with no step in flight.

/** Int32 numbers at once of a text. */
const PIECE = 4096;
/** Milliseconds in which others hear that process 0 is still at work: well within the time that a collective waits. */
const SIGN_OF_LIFE = 5000;

const exchange = compile((x: tf.Tensor) => allGather(x), { name: 'exchange', maxTraces: 1000 });

/** Rows that are exchanged: int32 or float32 `[rows, width]` of one shape in all processes; those of all, in order. */
export async function gatherOnHost<T extends Int32Array | Float32Array>(data: T, width: number): Promise<T> {
  if (thisWorker().workers === 1) return data;
  const all = await exchange.async({ data, shape: [data.length / width, width] } as unknown as tf.Tensor);
  try {
    return all.dataSync() as T;
  } finally {
    all.dispose();
  }
}

/** What each process says, a whole number, in the order of their numbers. */
export async function gatherNumbers(own: number): Promise<readonly number[]> {
  return [...(await gatherOnHost(Int32Array.of(own), 1))];
}

/** A text of process 0's, in all. @param own of process 0; what others give is not looked at */
async function tellAll(own: string): Promise<string> {
  const bytes = Buffer.from(own);
  const [length = 0] = await gatherNumbers(bytes.length);
  const heard = Buffer.alloc(Math.ceil(length / (4 * PIECE)) * 4 * PIECE);
  if (thisWorker().rank === 0) bytes.copy(heard);
  for (let at = 0; at < length; at += 4 * PIECE) {
    const piece = new Int32Array(heard.buffer, heard.byteOffset + at, PIECE);
    // The first rows are those of process 0.
    piece.set((await gatherOnHost(piece.slice(), PIECE)).subarray(0, PIECE));
  }
  return heard.toString('utf8', 0, length);
}

/**
 * Work that process 0 does alone, such as asking the user or writing a file, and what came of it in all: others wait for
 * it, however long it takes. On its own a process just does it.
 *
 * @param work gives what JSON can hold; others do not do it.
 * @throws Error what it threw, in process 0; in the others, an Error that says so
 */
export async function byFirst<T>(work: () => Promise<T>): Promise<T> {
  const { rank, workers } = thisWorker();
  if (workers === 1) return work();
  if (rank === 0) return told(work());
  while ((await gatherNumbers(0))[0] === 1);
  const heard = JSON.parse(await tellAll('')) as { readonly value?: T; readonly failed?: string };
  if (heard.failed !== undefined) throw new Error(`process 0: ${heard.failed}`);
  return heard.value as T;
}

/** Work of process 0's that is under way, with a sign of life to the others until it ends. */
async function told<T>(working: Promise<T>): Promise<T> {
  const over = new AbortController();
  const ended = working
    .then(
      (value) => ({ text: JSON.stringify({ value }) }),
      (error: unknown) => ({
        text: JSON.stringify({ failed: error instanceof Error ? error.message : String(error) }),
      }),
    )
    .finally(() => over.abort());
  for (;;) {
    const sign = after(SIGN_OF_LIFE, undefined, { signal: over.signal }).catch(() => undefined);
    const outcome = await Promise.race([ended, sign]);
    await gatherNumbers(outcome === undefined ? 1 : 0);
    if (outcome === undefined) continue;
    await tellAll(outcome.text);
    return working;
  }
}
