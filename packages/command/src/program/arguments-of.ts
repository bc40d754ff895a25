import type { Flags } from './flags.ts';

/** The arguments with which `run` has these flags, of those that `reproduce` asks for. */
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
    ...(flags.gpu === undefined ? [] : ['--gpu']),
    ...valued('--precision', precision),
    ...valued('--threads', threads),
    ...valued('--workers', workers),
    ...valued('--micro-batch', microBatch),
    ...valued('--devices', devices),
    ...(flags.xla === true ? ['--xla'] : []),
    ...(flags.deterministic ? [] : ['--no-deterministic']),
    ...(flags.fresh === true ? ['--fresh'] : []),
    ...valued('--max-hours', flags.maxHours),
  ];
}
