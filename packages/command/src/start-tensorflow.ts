import { useTensorFlow, type TensorFlowInfo } from '@spatial-ensemble/engine';
import type { Job } from './job.ts';
import { precisionNote } from './precision.ts';

/** Starts TensorFlow as the machine is asked for, and says what is worth knowing of it. */
export async function startTensorFlow({ machine, session }: Job): Promise<TensorFlowInfo> {
  const { device, deterministic, precision, threads } = machine;
  const info = await useTensorFlow({
    device,
    deterministic: deterministic && device === 'gpu',
    tensorFloat32: precision === 'tf32',
    ...(threads !== undefined && { threads: { intra: threads, inter: threads } }),
  });
  const note = precisionNote(info, precision);
  if (note !== undefined) session.log(note);
  return info;
}
