import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Environment } from '../library/location.ts';

/** A processor, and the instructions that TensorFlow's kernels use on it. */
export interface Processor {
  readonly model: string;
  /**
   * oneDNN's name for the best instruction set that it uses here, such as `avx2` or `avx512_core_bf16`; on ARM the
   * features that matter, such as `asimd+bf16`. It belongs to a run's arithmetic: results differ in their last bits
   * from one to the other.
   */
  readonly instructionSet: string;
  /** Whether there are instructions for bf16 arithmetic. */
  readonly bf16: boolean;
}

// oneDNN's levels, `src/cpu/x64/cpu_isa_traits.hpp`, from the least to the best, with the kernel's names of the flags
// that each needs beyond those of the levels named in it.
const SSE41 = ['sse4_1'];
const AVX = [...SSE41, 'avx'];
const AVX2 = [...AVX, 'avx2'];
const AVX2_VNNI = [...AVX2, 'avx_vnni'];
const AVX512_CORE = [...AVX2, 'avx512f', 'avx512bw', 'avx512vl', 'avx512dq'];
const AVX512_CORE_VNNI = [...AVX512_CORE, 'avx512_vnni'];
const AVX512_CORE_BF16 = [...AVX512_CORE_VNNI, 'avx512_bf16'];
const AVX512_CORE_FP16 = [...AVX512_CORE_BF16, 'avx_vnni', 'avx512_fp16'];
const AVX512_CORE_AMX = [...AVX512_CORE_FP16, 'amx_tile', 'amx_int8', 'amx_bf16'];
const LEVELS: readonly (readonly [name: string, flags: readonly string[]])[] = [
  ['sse41', SSE41],
  ['avx', AVX],
  ['avx2', AVX2],
  ['avx2_vnni', AVX2_VNNI],
  ['avx2_vnni_2', [...AVX2_VNNI, 'avx_vnni_int8', 'avx_ne_convert']],
  ['avx512_core', AVX512_CORE],
  ['avx512_core_vnni', AVX512_CORE_VNNI],
  ['avx512_core_bf16', AVX512_CORE_BF16],
  ['avx512_core_fp16', AVX512_CORE_FP16],
  ['avx512_core_amx', AVX512_CORE_AMX],
  ['avx512_core_amx_fp16', [...AVX512_CORE_AMX, 'amx_fp16']],
];

// Other names that the variable ONEDNN_MAX_CPU_ISA takes.
const ALIASES: Readonly<Record<string, string>> = {
  avx10_1_512: 'avx512_core_fp16',
  avx10_1_512_amx: 'avx512_core_amx',
  avx10_1_512_amx_fp16: 'avx512_core_amx_fp16',
};

/**
 * The level that oneDNN uses on x86: the best whose flags are all there, at most the one that `ONEDNN_MAX_CPU_ISA` (or
 * its older name `DNNL_MAX_CPU_ISA`) names. `none` below SSE4.1.
 */
export function oneDnnLevel(flags: ReadonlySet<string>, env: Environment): string {
  const named = (env['ONEDNN_MAX_CPU_ISA'] ?? env['DNNL_MAX_CPU_ISA'] ?? '').toLowerCase();
  const highest = LEVELS.findIndex(([name]) => name === (ALIASES[named] ?? named));
  const allowed = highest === -1 ? LEVELS : LEVELS.slice(0, highest + 1);
  return allowed.findLast(([, needs]) => needs.every((flag) => flags.has(flag)))?.[0] ?? 'none';
}

/** Describes a processor of an x86 machine by the flags that Linux lists. */
export function describeX86(flags: ReadonlySet<string>, env: Environment): Omit<Processor, 'model'> {
  const instructionSet = oneDnnLevel(flags, env);
  return { instructionSet, bf16: /bf16|fp16|amx/.test(instructionSet) };
}

/** Describes an ARM processor by the features that Linux lists. */
export function describeArm(features: ReadonlySet<string>): Omit<Processor, 'model'> {
  const present = ['asimd', 'sve', 'sve2', 'bf16', 'i8mm'].filter((feature) => features.has(feature));
  return { instructionSet: present.join('+') || 'none', bf16: features.has('bf16') };
}

function linuxFlags(): ReadonlySet<string> {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
  return new Set(line?.[1]?.split(/\s+/) ?? []);
}

function macFeatures(): ReadonlySet<string> {
  const has = (name: string): boolean => {
    try {
      return (
        execFileSync('sysctl', ['-n', `hw.optional.arm.FEAT_${name}`], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }).trim() === '1'
      );
    } catch {
      return false; // an older system does not know the name
    }
  };
  return new Set(['asimd', ...(has('BF16') ? ['bf16'] : []), ...(has('I8MM') ? ['i8mm'] : [])]);
}

/** This machine's processor. */
export function thisProcessor(env: Environment = process.env): Processor {
  const model = cpus()[0]?.model.trim() || 'unknown';
  if (process.platform === 'darwin') return { model, ...describeArm(macFeatures()) };
  if (process.platform !== 'linux') return { model, instructionSet: 'unknown', bf16: false };
  const flags = linuxFlags();
  return { model, ...(process.arch === 'arm64' ? describeArm(flags) : describeX86(flags, env)) };
}
