import type { TensorFlowInfo } from '@spatial-ensemble/engine';
import type { Machine } from './machine.ts';

/** @throws Error for a precision that cannot be had with the rest, before anything is loaded. */
export function refusePrecision({ device, precision, xla }: Pick<Machine, 'device' | 'precision' | 'xla'>): void {
  if (precision === 'tf32' && device === 'cpu')
    throw new Error(
      '--precision tf32 is a mode of NVIDIA GPUs, and a processor computes float32 in full: add --gpu, or take --precision float32',
    );
  if (precision === 'bfloat16' && xla)
    throw new Error(
      '--precision bfloat16 and --xla exclude each other: XLA drops casts to bfloat16 and back, so that its numbers are others. Take one of them',
    );
}

/** What is worth knowing of a precision on this machine. */
export function precisionNote(info: TensorFlowInfo, precision: Machine['precision']): string | undefined {
  if (precision !== 'bfloat16' || info.bfloat16 === 'native') return undefined;
  return "There are no kernels here that compute in bfloat16 and add up in float32: values are rounded to bfloat16 around float32's kernels. The numbers are bfloat16's; it is slower than --precision float32.";
}
