// @ts-check

// When a process's main thread has done nothing for so long that it hangs. Plain JavaScript: `watch-thread.js` says why.

/**
 * What the main thread tells, by `activity.ts`.
 *
 * @typedef {object} Told
 * @property {number} calls that it has begun
 * @property {number} blocking calls that it is in
 * @property {number} pending calls that it awaits
 * @property {number} beats of its event loop
 */

/** Places of what it tells in an Int32Array that both threads see. */
export const PLACES = { calls: 0, blocking: 1, pending: 2, beats: 3 };

/** @param {Int32Array} shared @returns {Told} */
export function toldIn(shared) {
  const { calls, blocking, pending, beats } = PLACES;
  return {
    calls: Atomics.load(shared, calls),
    blocking: Atomics.load(shared, blocking),
    pending: Atomics.load(shared, pending),
    beats: Atomics.load(shared, beats),
  };
}

/**
 * Is asked every second, which counts as one however long it was: a process that is stopped for hours, and goes on, was not
 * silent. The main thread is silent while it begins no call and waits for none: it is in none that blocks it, and either
 * awaits none, or its event loop stands still, so that it would not hear of one that has ended.
 *
 * @param {number} seconds
 * @returns {(told: Told) => boolean} whether it has been silent for so many seconds
 */
export function silentFor(seconds) {
  /** @type {Told | undefined} */
  let before;
  let silent = 0;
  return (told) => {
    const begins = told.calls !== before?.calls;
    const waits = told.blocking > 0 || (told.pending > 0 && told.beats !== before?.beats);
    silent = begins || waits ? 0 : silent + 1;
    before = told;
    return silent >= seconds;
  };
}
