import { recordedXlaOptions, type RecordedXlaOptions } from '@spatial-ensemble/engine/xla-options';
import {
  type Arithmetic,
  type Plan,
  type PlannedRun,
  runCommand,
  type RunSpec,
  shortIdentity,
} from '@spatial-ensemble/record';

/** What decides how a run is made beside its place in a study. */
type Made = Pick<RunSpec, 'arithmetic' | 'atStep' | 'segments'>;

/** The command that makes a planned run; of one that was made, as it was, on a machine that can do that. */
export function commandOf({ name, variants }: Plan['study'], planned: PlannedRun, made?: Made): string {
  const { tier, variant, arm, seed, overrides = [] } = planned;
  const first = Object.keys(variants ?? {})[0];
  return [
    runCommand(name, tier),
    ...(variant === undefined || variant === first ? [] : [`--variant ${variant}`]),
    `--arm ${arm} --seed ${seed}`,
    ...overrides.map((text) => `--set ${quoted(text)}`),
    ...(made === undefined ? [] : [...originOf(made), ...optionsOf(made.arithmetic)]),
  ].join(' ');
}

/** What it goes on from, where that is not said by the step at which it is looked at. */
function originOf({ atStep, segments }: Made): string[] {
  const last = segments?.at(-1);
  return last === undefined || atStep !== undefined ? [] : [`--continue-from ${shortIdentity(last.run)}@${last.until}`];
}

/** As a shell takes it for one word. */
export function quoted(text: string): string {
  return /^[\w./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The options of `run` that ask for an arithmetic; for what else decides it there are none, see `besideOptions`. */
export interface MachineOptions {
  readonly gpu?: true;
  readonly precision: Arithmetic['precision'];
  readonly threads?: number;
  readonly xla?: true;
  readonly commandBuffers?: boolean;
  /** SHA-256 of the file that `--xla-tuned` is to name. */
  readonly tunedSha256?: string;
  readonly deterministic: boolean;
  readonly microBatch?: number;
  readonly devices?: number;
}

export function machineOptions(arithmetic: Arithmetic): MachineOptions {
  const { device, precision, threads, xla, deterministic, microBatch, workers } = arithmetic;
  const { others: _, ...ofXla } = xlaOptionsIn(arithmetic);
  return {
    ...(device === 'gpu' && { gpu: true }),
    precision,
    ...(threads.intra === threads.inter && { threads: threads.intra }),
    ...(xla && { xla, ...ofXla }),
    deterministic,
    ...(microBatch !== undefined && { microBatch }),
    ...(workers !== undefined && { devices: workers }),
  };
}

function optionsOf(arithmetic: Arithmetic): string[] {
  const { gpu, precision, threads, xla, commandBuffers, tunedSha256, deterministic, microBatch, devices } =
    machineOptions(arithmetic);
  return [
    ...(gpu ? ['--gpu'] : []),
    ...(precision === 'float32' ? [] : [`--precision ${precision}`]),
    ...(threads === undefined ? [] : [`--threads ${threads}`]),
    ...(xla ? ['--xla'] : []),
    ...(tunedSha256 === undefined ? [] : ['--xla-tuned FILE']),
    ...(commandBuffers === undefined ? [] : [commandBuffers ? '--command-buffers' : '--no-command-buffers']),
    ...(gpu && !deterministic ? ['--no-deterministic'] : []),
    ...(microBatch === undefined ? [] : [`--micro-batch ${microBatch}`]),
    ...(devices === undefined ? [] : [`--devices ${devices}`]),
    // A comment of the shell.
    ...(tunedSha256 === undefined ? [] : [`# FILE: ${bySha256(tunedSha256)}`]),
  ];
}

/** The options of XLA that an arithmetic was asked for with, and the flags of `XLA_FLAGS` that stand for none. */
function xlaOptionsIn({ device, xla, deterministic, environment = {} }: Arithmetic): RecordedXlaOptions {
  const { XLA_FLAGS: flags = '' } = environment;
  const options = recordedXlaOptions(flags);
  // Where `run` refuses them, it was the variable that had them.
  const refused = device !== 'gpu' || !xla || (deterministic && options.tunedSha256 !== undefined);
  return refused ? { others: flags } : options;
}

function bySha256(hash: string): string {
  return `the one whose SHA-256 is ${hash}`;
}

/** What decides an arithmetic and has no option: `threads 4 + 1, TF_ENABLE_ONEDNN_OPTS=0`; undefined where nothing does. */
export function besideOptions(arithmetic: Arithmetic): string | undefined {
  const { threads, oneDNN, environment = {} } = arithmetic;
  const { XLA_FLAGS: _, ...variables } = environment;
  const { others } = xlaOptionsIn(arithmetic);
  const all = [
    ...(threads.intra === threads.inter ? [] : [`threads ${threads.intra} + ${threads.inter}`]),
    ...(oneDNN === false ? ['oneDNN off'] : []),
    ...Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`),
    ...(others === '' ? [] : [flagsText(others)]),
  ];
  return all.length === 0 ? undefined : all.join(', ');
}

/** Of a file that flags name, its hash alone was recorded. */
function flagsText(flags: string): string {
  const hash = /sha256:([\da-f]{64})/.exec(flags);
  if (hash === null) return `XLA_FLAGS=${quoted(flags)}`;
  return `XLA_FLAGS=${quoted(flags.replace(hash[0], 'FILE'))} (FILE: ${bySha256(hash[1]!)})`;
}
