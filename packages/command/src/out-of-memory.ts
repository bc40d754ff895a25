import { formatBytes } from '@spatial-ensemble/engine';
import { TensorFlowError } from '@spatial-ensemble/engine/binding';
import type { StepCount } from '@spatial-ensemble/training';
import { availableMemory } from './available.ts';
import { boundRun } from './bound-run.ts';
import { countSteps } from './cost.ts';
import type { ResolvedRun } from './experiment.ts';
import type { ReadyJob } from './job.ts';

/** `TF_RESOURCE_EXHAUSTED`. */
const RESOURCE_EXHAUSTED = 8;
/** What a step surely needs is not all that it takes: kernels have scratch memory, and allocators gaps. */
const ROOM = 1.5;

/** Whether TensorFlow found no room for a tensor. */
export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof TensorFlowError && error.code === RESOURCE_EXHAUSTED) return true;
  return error instanceof Error && error.cause !== undefined && isOutOfMemory(error.cause);
}

/**
 * What a step of the run needs, by its traced graph, and how many images at once would probably fit.
 *
 * @returns sentences to stand behind TensorFlow's own, which names the tensor that had no room.
 */
export async function memoryAdvice({ machine, info }: ReadyJob, run: ResolvedRun): Promise<string> {
  const there =
    machine.device === 'gpu'
      ? (machine.gpuMemoryBytes ?? info.device.memoryBytes ?? info.gpu?.memoryBytes ?? Infinity)
      : availableMemory();
  const count = async (microBatch: number | undefined): Promise<StepCount> => {
    const steps = await countSteps({ ...run, evaluations: [] }, microBatch);
    return steps.get(run.evaluation)!;
  };
  const { peakBytes } = await count(machine.microBatch);
  const of = Number.isFinite(there) ? `, of ${formatBytes(there)}` : '';
  const needs = `A step needs at least ${formatBytes(peakBytes)}${of}.`;
  if (run.evaluation !== undefined || run.method.accumulates !== true)
    return `${needs} Take a smaller batch or network, which makes another run of it, ${otherMemory(machine.device)}.`;
  const whole =
    machine.microBatch ?? Math.max(...Object.values(boundRun(run).trainable.streams).map(({ batch }) => batch));
  for (let microBatch = Math.floor(whole / 2); microBatch >= 1; microBatch = Math.floor(microBatch / 2)) {
    const part = await count(microBatch).catch(() => undefined);
    if (part !== undefined && part.peakBytes * ROOM <= there)
      return `${needs} --micro-batch ${microBatch} needs at least ${formatBytes(part.peakBytes)}, which would probably fit.`;
  }
  return `${needs} No micro-batch would fit: take a smaller network, ${otherMemory(machine.device)}.`;
}

function otherMemory(device: 'cpu' | 'gpu'): string {
  return device === 'gpu' ? 'or a GPU with more memory' : 'or a machine with more memory';
}
