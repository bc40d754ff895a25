import { formatBytes, useTensorFlow, type TensorFlowInfo } from '@spatial-ensemble/engine';
import type { Job } from './job.ts';
import { precisionNote } from './precision.ts';

/** Starts TensorFlow as the machine is asked for, and says what is worth knowing of it. */
export async function startTensorFlow({ machine, session }: Job): Promise<TensorFlowInfo> {
  const { device, deterministic, gpu, gpuMemoryBytes, precision, threads, cluster } = machine;
  const info = await useTensorFlow({
    device,
    ...(gpu !== undefined && { gpu }),
    ...(gpuMemoryBytes !== undefined && { gpuMemoryBytes }),
    deterministic: deterministic && device === 'gpu',
    tensorFloat32: precision === 'tf32',
    ...(threads !== undefined && { threads: { intra: threads, inter: threads } }),
    ...(cluster && { cluster }),
  });
  if (info.gpu !== undefined) session.log(gpuLine(info.gpu, gpuMemoryBytes));
  const note = precisionNote(info, precision);
  if (note !== undefined) session.log(note);
  return info;
}

/** `On GPU 1: NVIDIA H100 80GB HBM3, compute capability 9.0, 85 GB of memory.` */
function gpuLine(gpu: NonNullable<TensorFlowInfo['gpu']>, limit?: number): string {
  const { number, name, computeCapability, memoryBytes } = gpu;
  const memory = limit === undefined ? '' : `${formatBytes(limit)} of the `;
  return `On GPU ${number}: ${name}, compute capability ${computeCapability}, ${memory}${formatBytes(memoryBytes)} of memory.`;
}
