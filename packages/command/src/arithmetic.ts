import { thisProcessor, type TensorFlowInfo } from '@spatial-ensemble/engine';
import type { Arithmetic } from '@spatial-ensemble/record';
import type { Machine } from './machine.ts';

/** What decides the last bits of a run's numbers on this machine. */
export function arithmeticOf(info: TensorFlowInfo, options: Pick<Machine, 'precision' | 'xla'>): Arithmetic {
  const gpu = info.device.type === 'GPU';
  const { environment, oneDNN, worker } = info;
  if (gpu && options.precision !== 'bfloat16' && info.tensorFloat32 !== (options.precision === 'tf32'))
    throw new Error(
      `TensorFlow runs with TF32 ${info.tensorFloat32 ? 'on' : 'off'}, and a run in ${options.precision} is to be recorded: start it with tensorFloat32: ${options.precision === 'tf32'}`,
    );
  return {
    engine: `tensorflow ${info.version}`,
    numerics: info.numerics,
    precision: options.precision,
    device: gpu ? 'gpu' : 'cpu',
    instructionSet: info.gpu?.computeCapability ?? thisProcessor(environment).instructionSet,
    threads: info.threads,
    xla: options.xla,
    deterministic: info.deterministic,
    oneDNN,
    ...(worker.workers > 1 && { workers: worker.workers }),
    ...(Object.keys(environment).length > 0 && { environment: { ...environment } }),
  };
}
