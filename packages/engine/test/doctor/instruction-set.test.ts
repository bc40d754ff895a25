import { expect, test } from 'vitest';
import { describeArm, describeX86, oneDnnLevel, thisProcessor } from '../../src/doctor/instruction-set.ts';

// As /proc/cpuinfo lists them, cut down to what matters.
const NEHALEM = ['sse4_1', 'sse4_2'];
const HASWELL = [...NEHALEM, 'avx', 'avx2', 'fma'];
const ALDER_LAKE = [...HASWELL, 'avx_vnni'];
const SKYLAKE_X = [...HASWELL, 'avx512f', 'avx512cd', 'avx512bw', 'avx512dq', 'avx512vl'];
const CASCADE_LAKE = [...SKYLAKE_X, 'avx512_vnni'];
const ZEN_4 = [...CASCADE_LAKE, 'avx512_bf16'];
const SAPPHIRE_RAPIDS = [...ZEN_4, 'avx_vnni', 'avx512_fp16', 'amx_tile', 'amx_int8', 'amx_bf16'];
const KNIGHTS_LANDING = [...HASWELL, 'avx512f', 'avx512cd', 'avx512er', 'avx512pf'];

test.each([
  [[], {}, 'none'],
  [NEHALEM, {}, 'sse41'],
  [HASWELL, {}, 'avx2'],
  [ALDER_LAKE, {}, 'avx2_vnni'],
  [SKYLAKE_X, {}, 'avx512_core'],
  [CASCADE_LAKE, {}, 'avx512_core_vnni'],
  [ZEN_4, {}, 'avx512_core_bf16'],
  [SAPPHIRE_RAPIDS, {}, 'avx512_core_amx'],
  [KNIGHTS_LANDING, {}, 'avx2'],
  // The variable caps what is used; it never adds to it.
  [ZEN_4, { ONEDNN_MAX_CPU_ISA: 'AVX2' }, 'avx2'],
  [ZEN_4, { DNNL_MAX_CPU_ISA: 'AVX512_CORE' }, 'avx512_core'],
  [SAPPHIRE_RAPIDS, { ONEDNN_MAX_CPU_ISA: 'AVX10_1_512' }, 'avx512_core_fp16'],
  [HASWELL, { ONEDNN_MAX_CPU_ISA: 'AVX512_CORE_AMX' }, 'avx2'],
  [ZEN_4, { ONEDNN_MAX_CPU_ISA: 'ALL' }, 'avx512_core_bf16'],
] as const)('%j with %j is %s', (flags, env, expected) => {
  expect(oneDnnLevel(new Set(flags), env)).toBe(expected);
});

test('bf16 instructions are those that are used', () => {
  expect(describeX86(new Set(CASCADE_LAKE), {}).bf16).toBe(false);
  expect(describeX86(new Set(ZEN_4), {}).bf16).toBe(true);
  expect(describeX86(new Set(ZEN_4), { ONEDNN_MAX_CPU_ISA: 'AVX2' }).bf16).toBe(false);
  expect(describeX86(new Set(SAPPHIRE_RAPIDS), {}).bf16).toBe(true);
});

test('an ARM processor is described by its features', () => {
  expect(describeArm(new Set(['fp', 'asimd', 'sve', 'bf16', 'i8mm']))).toEqual({
    instructionSet: 'asimd+sve+bf16+i8mm',
    bf16: true,
  });
  expect(describeArm(new Set(['fp', 'asimd']))).toEqual({ instructionSet: 'asimd', bf16: false });
});

test('this processor has a name and an instruction set', () => {
  const { model, instructionSet } = thisProcessor({});
  expect(model).not.toBe('');
  expect(instructionSet).not.toBe('');
});
