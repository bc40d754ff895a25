import type { XlaOptions } from '@spatial-ensemble/engine';
import type { Flags } from './flags.ts';

/**
 * How XLA is to compile for a GPU; undefined where nothing is said of it.
 *
 * @throws Error where nothing is compiled by XLA for a GPU
 */
export function xlaOptionsOf({
  gpu,
  xla,
  xlaTuned: tuned,
  commandBuffers,
}: Pick<Flags, 'gpu' | 'xla' | 'xlaTuned' | 'commandBuffers'>): XlaOptions | undefined {
  if (tuned === undefined && commandBuffers === undefined) return undefined;
  if (gpu === undefined || xla !== true)
    throw new Error('--xla-tuned and --command-buffers say how XLA compiles for a GPU: add --gpu --xla');
  return { ...(tuned !== undefined && { tuned }), ...(commandBuffers !== undefined && { commandBuffers }) };
}
