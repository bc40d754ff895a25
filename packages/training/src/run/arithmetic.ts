import { thisProcessor, type TensorFlowInfo } from '@spatial-ensemble/engine';
import type { Arithmetic } from '@spatial-ensemble/record';

/** What decides the last bits of a run's numbers on this machine. */
export function arithmeticOf(
  info: TensorFlowInfo,
  options: { readonly precision: 'float32' | 'bfloat16'; readonly xla: boolean },
): Arithmetic {
  const gpu = info.device.type === 'GPU';
  const { environment, oneDNN } = info;
  return {
    engine: `tensorflow ${info.version}`,
    precision: options.precision,
    device: gpu ? 'gpu' : 'cpu',
    instructionSet: thisProcessor(environment).instructionSet,
    threads: info.threads,
    xla: options.xla,
    deterministic: info.deterministic,
    oneDNN,
    ...(Object.keys(environment).length > 0 && { environment: { ...environment } }),
  };
}
