import type { Flags } from './flags.ts';

/** The arguments with which `run` has these flags, but for `--continue-from`, `--profile` and `--dry-run`. */
export function argumentsOf(file: string, flags: Flags): string[] {
  const { tier, variant, arm = [], seed = [], set = [], precision, threads, workers, microBatch, devices } = flags;
  const valued = (option: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [option, String(value)];
  return [
    'run',
    file,
    ...valued('--tier', tier),
    ...valued('--variant', variant),
    ...arm.flatMap((name) => ['--arm', name]),
    ...seed.flatMap((number) => ['--seed', String(number)]),
    ...set.flatMap((text) => ['--set', text]),
    ...valued('--evaluate-at', flags.evaluateAt),
    ...valued('--init', flags.init),
    ...(flags.gpu === undefined ? [] : ['--gpu']),
    ...(typeof flags.gpu === 'number' ? [String(flags.gpu)] : []),
    ...valued('--gpu-memory', flags.gpuMemory === undefined ? undefined : flags.gpuMemory / 1e9),
    ...valued('--precision', precision),
    ...valued('--threads', threads),
    ...valued('--workers', workers),
    ...valued('--micro-batch', microBatch),
    ...valued('--devices', devices === 1 ? undefined : devices),
    ...(flags.xla === true ? ['--xla'] : []),
    ...valued('--xla-tuned', flags.xlaTuned),
    ...(flags.commandBuffers === undefined
      ? []
      : [flags.commandBuffers ? '--command-buffers' : '--no-command-buffers']),
    ...(flags.deterministic ? [] : ['--no-deterministic']),
    ...(flags.fresh === true ? ['--fresh'] : []),
    ...(flags.force === true ? ['--force'] : []),
    ...valued('--keep', flags.keep === undefined ? undefined : `every=${flags.keep}`),
    ...(flags.fullDisk === 'stop' ? [] : ['--full-disk', flags.fullDisk]),
    ...valued('--max-hours', flags.maxHours),
  ];
}
