import type { XlaOptions } from '@spatial-ensemble/engine';
import type { Flags } from './flags.ts';

/**
 * How XLA is to compile for a GPU; undefined where nothing is said of it.
 *
 * @throws Error where nothing is compiled by XLA for a GPU, or what is asked for cannot be had together
 */
export function xlaOptionsOf({
  gpu,
  xla,
  deterministic,
  xlaTune: tune,
  xlaTuned: tuned,
  commandBuffers,
}: Pick<Flags, 'gpu' | 'xla' | 'deterministic' | 'xlaTune' | 'xlaTuned' | 'commandBuffers'>): XlaOptions | undefined {
  const files = (tune ?? tuned) !== undefined;
  if (!files && commandBuffers === undefined) return undefined;
  if (gpu === undefined || xla !== true)
    throw new Error('--xla-tune, --xla-tuned and --command-buffers say how XLA compiles for a GPU: add --gpu --xla');
  if (files && deterministic)
    throw new Error(
      '--xla-tune and --xla-tuned go with --no-deterministic: among deterministic kernels XLA tunes nothing',
    );
  if (tune !== undefined && tuned !== undefined)
    throw new Error(
      '--xla-tune writes what XLA chooses, --xla-tuned takes what it chose before: leave out one of them',
    );
  return {
    ...(tune !== undefined && { tune }),
    ...(tuned !== undefined && { tuned }),
    ...(commandBuffers !== undefined && { commandBuffers }),
  };
}
