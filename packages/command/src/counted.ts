import type { StepFlops } from '@spatial-ensemble/study';
import { countSteps, flopsOf, type StepCounts } from './cost.ts';
import type { ResolvedRun } from './experiment.ts';
import type { Machine } from './machine.ts';

/** What the steps of a run and of its evaluations come to. */
export interface Counted {
  readonly steps: StepCounts;
  readonly flops: StepFlops;
  /** Bytes that the process holds besides the states that were made to count. */
  readonly processBytes: number;
}

/** Counts the steps of a run when that is first asked for, and no second time. Needs TensorFlow, and no images. */
export function countOnce(run: ResolvedRun, { microBatch }: Pick<Machine, 'microBatch'>): () => Promise<Counted> {
  const count = async (): Promise<Counted> => {
    const before = process.memoryUsage.rss();
    const steps = await countSteps(run, microBatch);
    // What was freed may still be the process's, and is used again.
    const states = [...steps.values()].reduce((sum, { stateBytes }) => sum + stateBytes, 0);
    return { steps, flops: flopsOf(steps), processBytes: Math.max(before, process.memoryUsage.rss() - states) };
  };
  let counted: Promise<Counted> | undefined;
  return () => (counted ??= count());
}
