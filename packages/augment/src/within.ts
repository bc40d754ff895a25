import type { Draws } from '@spatial-ensemble/random';

/** Uniform in [from, to); one word. */
export function within(from: number, to: number, draws: Draws): number {
  return from + (to - from) * draws.uniform();
}
