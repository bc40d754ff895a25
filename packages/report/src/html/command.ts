import { type Arithmetic, runCommand } from '@spatial-ensemble/record';

import type { PlacedResult } from '../states.ts';

/**
 * The command that makes runs of one arm again, with the arithmetic that they have: on a processor that offers their
 * instruction set it gives the same digits.
 *
 * @param runs of one study, tier, variant, arm and arithmetic, with the same settings changed
 */
export function commandOf(runs: readonly [PlacedResult, ...PlacedResult[]]): string {
  const [{ study, planned, result }] = runs;
  const { tier, variant, arm, overrides = [] } = planned;
  const seeds = [...new Set(runs.map((run) => run.planned.seed))];
  const { environment = {}, ...arithmetic } = result.run.arithmetic;
  return [
    ...Object.entries(environment).map(([name, value]) => `${name}=${quoted(value)}`),
    runCommand(study, tier),
    ...(variant === undefined ? [] : [`--variant ${variant}`]),
    `--arm ${arm}`,
    ...seeds.map((seed) => `--seed ${seed}`),
    ...overrides.map((override) => `--set=${quoted(override)}`),
    ...machineOptions(arithmetic),
  ].join(' ');
}

/** The options of the program whose values a result records. */
function machineOptions({ device, precision, threads, xla, deterministic, microBatch, workers }: Arithmetic): string[] {
  return [
    ...(device === 'gpu' ? ['--gpu'] : []),
    ...(precision === 'float32' ? [] : [`--precision ${precision}`]),
    ...(threads.intra === threads.inter ? [`--threads ${threads.intra}`] : []),
    ...(xla ? ['--xla'] : []),
    ...(deterministic ? [] : ['--no-deterministic']),
    ...(microBatch === undefined ? [] : [`--micro-batch ${microBatch}`]),
    ...(workers === undefined ? [] : [`--devices ${workers}`]),
  ];
}

/** A word as a shell takes it, whatever it holds. */
function quoted(word: string): string {
  return /^[\w./:=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
