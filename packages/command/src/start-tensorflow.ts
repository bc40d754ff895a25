import { formatBytes, useTensorFlow, type TensorFlowInfo, type TensorFlowOptions } from '@spatial-ensemble/engine';
import type { Job } from './job.ts';
import { precisionNote } from './precision.ts';

/**
 * One of several processes starts TensorFlow before anything else that takes long: from then on it answers the others, who
 * would wait for minutes for one that is gone before it did.
 */
export async function joinOthers({ machine }: Pick<Job, 'machine'>): Promise<void> {
  if (machine.cluster !== undefined) await useTensorFlow(optionsOf(machine));
}

/** Starts TensorFlow as the machine is asked for, unless it runs, and says what is worth knowing of it. */
export async function startTensorFlow({ machine, session }: Job): Promise<TensorFlowInfo> {
  const { gpuMemoryBytes, precision } = machine;
  const info = await useTensorFlow(optionsOf(machine));
  if (info.gpu !== undefined) session.log(gpuLine(info.gpu, gpuMemoryBytes));
  const note = precisionNote(info, precision);
  if (note !== undefined) session.log(note);
  return info;
}

function optionsOf(machine: Job['machine']): TensorFlowOptions {
  const { device, deterministic, gpu, gpuMemoryBytes, precision, threads, cluster, xlaOptions } = machine;
  return {
    device,
    ...(gpu !== undefined && { gpu }),
    ...(gpuMemoryBytes !== undefined && { gpuMemoryBytes }),
    deterministic: deterministic && device === 'gpu',
    tensorFloat32: precision === 'tf32',
    ...(xlaOptions && { xla: xlaOptions }),
    ...(threads !== undefined && { threads: { intra: threads, inter: threads } }),
    // Nothing that this process could still do is of use without the others.
    ...(cluster && { cluster: { ...cluster, endsWithPeers: true } }),
  };
}

/** `On GPU 1: NVIDIA H100 80GB HBM3, compute capability 9.0, 85 GB of memory.` */
function gpuLine(gpu: NonNullable<TensorFlowInfo['gpu']>, limit?: number): string {
  const { number, name, computeCapability, memoryBytes } = gpu;
  const memory = limit === undefined ? '' : `${formatBytes(limit)} of the `;
  return `On GPU ${number}: ${name}, compute capability ${computeCapability}, ${memory}${formatBytes(memoryBytes)} of memory.`;
}
