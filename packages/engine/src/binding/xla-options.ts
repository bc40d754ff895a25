import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** How XLA compiles for a GPU: of the machine, and not of what is computed. None of it was tried on a GPU. */
export interface XlaOptions {
  /**
   * Kernels launched together as CUDA graphs, which pays where launching them takes longer than running them. `true`:
   * whatever can be; `false`: none. Default: XLA's own, from five kernels in a row on.
   */
  readonly commandBuffers?: boolean;
  /**
   * A file that is not there yet, for what autotuning measures and chooses; text where its name ends in `.txt` or
   * `.textproto`. What is chosen differs from time to time, and nothing records it but the file: what such a process
   * computes is not to be kept.
   */
  readonly tune?: string;
  /** A file that `tune` wrote. Its choices are taken, and what it lacks is an error: two runs by one file compute alike. */
  readonly tuned?: string;
}

const NAMES: readonly string[] = ['commandBuffers', 'tune', 'tuned'];

const ALL_GRAPHS = ['--xla_gpu_enable_command_buffer=FUSION,CUBLAS,CUBLASLT,CUSTOM_CALL,CUDNN', '--xla_gpu_graph_min_graph_size=1']; // prettier-ignore
const NO_GRAPHS = ['--xla_gpu_enable_command_buffer='];
/** Autotuning among what gives the same bits each time. */
const SAME_EACH_TIME = '--xla_gpu_exclude_nondeterministic_ops=true';
const LOADED = '--xla_gpu_load_autotune_results_from=';
const ALL_LOADED = '--xla_gpu_require_complete_aot_autotune_results=true';

/**
 * The flags of XLA that options stand for (`xla/debug_options_flags.cc`, where command buffers of these kinds are the
 * default, in sequences of five at least).
 *
 * @param deterministic whether deterministic kernels are asked for, among which XLA does not tune
 * @throws Error for options that are unknown or contradict each other, and files that are there or are not
 */
export function xlaFlagsFor(options: XlaOptions, deterministic: boolean): readonly string[] {
  const { commandBuffers, tune, tuned } = options;
  const unknown = Object.keys(options).filter((name) => !NAMES.includes(name));
  if (unknown.length > 0)
    throw new Error(`unknown option xla.${unknown.join(', xla.')}: there are ${NAMES.join(', ')}`);
  if (tune !== undefined && tuned !== undefined)
    throw new Error('xla.tune writes what is chosen and xla.tuned takes what was chosen before: take one of them');
  if (deterministic && (tune ?? tuned) !== undefined)
    throw new Error(
      'among deterministic kernels XLA tunes nothing: add deterministic: false (on the command line --no-deterministic), or leave out tuning',
    );
  if (tune !== undefined && existsSync(tune))
    throw new Error(`${tune}, which is to hold what XLA chooses, is there already: name another file, or take its choices with tuned (on the command line --xla-tuned)`); // prettier-ignore
  if (tuned !== undefined && !existsSync(tuned))
    throw new Error(`there is no ${tuned}, from which XLA's choices are to be taken: xla.tune (on the command line the program's \`tune\`) writes one`); // prettier-ignore
  return [
    ...(commandBuffers === true ? ALL_GRAPHS : []),
    ...(commandBuffers === false ? NO_GRAPHS : []),
    ...((tune ?? tuned) === undefined ? [] : [SAME_EACH_TIME]),
    ...(tune === undefined ? [] : [`--xla_gpu_dump_autotune_results_to=${quoted(tune)}`]),
    ...(tuned === undefined ? [] : [`${LOADED}${quoted(tuned)}`, ALL_LOADED]),
  ];
}

/** What recorded flags stand for: options, of a file the hash of what is in it, and the flags of which no option is. */
export interface RecordedXlaOptions extends Pick<XlaOptions, 'commandBuffers'> {
  /** SHA-256 of the file that was given as `tuned`, hexadecimal. */
  readonly tunedSha256?: string;
  readonly others: string;
}

/** The options that gave flags as they are recorded, which `xlaFlagsFor` makes of options: the way back. */
export function recordedXlaOptions(flags: string): RecordedXlaOptions {
  const all = splitFlags(flags);
  const loaded = all.find((flag) => flag.startsWith(`${LOADED}sha256:`));
  const hasAll = (wanted: readonly string[]): boolean => wanted.every((flag) => all.includes(flag));
  const graphs = hasAll(ALL_GRAPHS) ? ALL_GRAPHS : hasAll(NO_GRAPHS) ? NO_GRAPHS : [];
  const tuning = loaded !== undefined && hasAll([SAME_EACH_TIME, ALL_LOADED]) ? [SAME_EACH_TIME, loaded, ALL_LOADED] : []; // prettier-ignore
  const known = [...graphs, ...tuning];
  return {
    ...(graphs.length > 0 && { commandBuffers: graphs === ALL_GRAPHS }),
    // `!`: there is none without it.
    ...(tuning.length > 0 && { tunedSha256: loaded!.slice(`${LOADED}sha256:`.length) }),
    others: all.filter((flag) => !known.includes(flag)).join(' '),
  };
}

/** Flags as XLA takes them apart: at white space, outside of quotes. */
function splitFlags(flags: string): string[] {
  return flags.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
}

/** XLA splits the variable at white space, outside of quotes. */
function quoted(file: string): string {
  const path = resolve(file);
  if (!/["'\\]/.test(path)) return /\s/.test(path) ? `'${path}'` : path;
  throw new Error(`the path of a file for XLA holds no quotes and no backslash, got ${path}`);
}

/**
 * `XLA_FLAGS` with flags behind those that were there.
 *
 * @throws Error where it names a file, or a flag that is to be added
 */
export function withXlaFlags(before: string | undefined, flags: readonly string[]): string {
  const given = before?.trim() ?? '';
  if (given !== '' && !given.startsWith('-'))
    throw new Error(
      `the environment variable XLA_FLAGS names the file ${given} of flags, to which none can be added: write its flags into the variable, or leave out the options of XLA`,
    );
  const nameOf = (flag: string): string => flag.split('=', 1)[0]!;
  const names = splitFlags(given).map(nameOf);
  const twice = flags.map(nameOf).find((name) => names.includes(name));
  if (twice !== undefined)
    throw new Error(`the environment variable XLA_FLAGS has ${twice} already: unset it, or leave out the options of XLA`); // prettier-ignore
  return [given, ...flags].filter((part) => part !== '').join(' ');
}
