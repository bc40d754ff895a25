import { createFill } from './fill.ts';
import { imagesPerStep, slotOf, type Plan } from './plan.ts';
import type { Makers } from './makers.ts';
import { startWorkers } from './worker-pool.ts';

/** @param workers threads; 0 makes each step when it is asked for. */
export function startMakers(plan: Plan, workers: number): Makers {
  if (workers > 0) return startWorkers(plan, workers);
  const fill = createFill(plan);
  return {
    ready: (nth) => fill(slotOf(plan, nth), plan.startStep + nth, 0, imagesPerStep(plan.streams)),
    close: async () => {},
  };
}
