/**
 * What the threads agree on, in shared memory: workers take chunks of steps in order, wait while the ring is full,
 * and count the chunks that are done. So they run ahead even while the main thread is busy with a step.
 */
export type Control = Int32Array<SharedArrayBuffer>;

// The next chunk to be taken, counted from the first chunk of the first step.
const TICKET = 0;
// How many steps the consumer has handed back.
const RELEASED = 1;
const STOPPED = 2;
// From here on, for every slot: how many chunks have ever been finished in it.
const DONE = 3;

export function createControl(slots: number): Control {
  return new Int32Array(new SharedArrayBuffer(4 * (DONE + slots)));
}

/** Takes the next chunk. */
export function takeTicket(control: Control): number {
  return Atomics.add(control, TICKET, 1);
}

/**
 * Blocks until step `nth` (from 0) has a slot: until fewer than `slots` steps before it are in use.
 *
 * @returns false if the workers shall stop
 */
export function waitForSlot(control: Control, nth: number, slots: number): boolean {
  for (;;) {
    if (isStopped(control)) return false;
    const released = Atomics.load(control, RELEASED);
    if (nth < released + slots) return true;
    Atomics.wait(control, RELEASED, released);
  }
}

/** Hands the slots of the first `steps` steps back. */
export function release(control: Control, steps: number): void {
  Atomics.store(control, RELEASED, steps);
  Atomics.notify(control, RELEASED);
}

export function isStopped(control: Control): boolean {
  return Atomics.load(control, STOPPED) === 1;
}

export function stop(control: Control): void {
  Atomics.store(control, STOPPED, 1);
  // Changed, so that a worker that is just about to wait does not.
  Atomics.sub(control, RELEASED, 1);
  Atomics.notify(control, RELEASED);
}

/** Counts a finished chunk in a slot. @returns how many have ever been finished there */
export function countDone(control: Control, slot: number): number {
  return Atomics.add(control, DONE + slot, 1) + 1;
}

/** How many chunks have ever been finished in a slot. */
export function doneIn(control: Control, slot: number): number {
  return Atomics.load(control, DONE + slot);
}
