import { parentPort, workerData } from 'node:worker_threads';
import { countDone, takeTicket, waitForSlot } from './control.ts';
import { createFill } from './fill.ts';
import { chunkRange, chunksPerStep, slotOf, type Plan } from './plan.ts';
import type { FromWorker } from './worker-pool.ts';

// The thread that augments. It loads no TensorFlow, keeps no state of its own, and ends when no step is left.

const plan = workerData as Plan;
const post = (message: FromWorker): void => parentPort?.postMessage(message);

async function makeSteps(): Promise<void> {
  /** The step being made, counted from the first. */
  let nth = 0;
  try {
    const { streams, slots, control, startStep, steps } = plan;
    const fill = createFill(plan);
    const chunks = chunksPerStep(streams);
    for (;;) {
      const ticket = takeTicket(control);
      nth = Math.floor(ticket / chunks);
      if (startStep + nth >= steps || !waitForSlot(control, nth, slots.length)) break;
      const slot = nth % slots.length;
      await fill(slotOf(plan, nth), startStep + nth, ...chunkRange(streams, ticket % chunks));
      if (countDone(control, slot) === chunks * (Math.floor(nth / slots.length) + 1)) post({ ready: nth });
    }
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    post({ failed: nth, message, stack: stack ?? message });
  }
}

void makeSteps();
