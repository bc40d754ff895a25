import { expect, test } from 'vitest';
import { silentFor } from '../src/binding/silence.js';

const still = { calls: 5, blocking: 0, pending: 0, beats: 7 };
/** After how many seconds of each it is silent, of 100 that are looked at; undefined: never. */
function after(of: (second: number) => typeof still): number | undefined {
  const isSilent = silentFor(10);
  const found = Array.from({ length: 100 }, (_, second) => isSilent(of(second))).indexOf(true);
  return found === -1 ? undefined : found;
}

test('a main thread hangs that begins nothing and waits for nothing', () => {
  expect(after(() => still)).toBe(10);
  // Its event loop turns, and nothing comes of it.
  expect(after((second) => ({ ...still, beats: second }))).toBe(10);
  // It stands still in the middle of a step, of whose end it does not hear.
  expect(after(() => ({ ...still, pending: 1 }))).toBe(10);
});

test('one that computes, or waits for others however long, does not', () => {
  expect(after((second) => ({ ...still, calls: Math.floor(second / 9) }))).toBeUndefined();
  expect(after(() => ({ ...still, blocking: 1 }))).toBeUndefined();
  expect(after((second) => ({ ...still, pending: 1, beats: Math.floor(second / 9) }))).toBeUndefined();
  expect(after((second) => ({ ...still, calls: second < 50 ? second : 50 }))).toBe(60);
});
