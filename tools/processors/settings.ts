import type { Processor } from '@spatial-ensemble/engine';

/** A processor that this machine can play: oneDNN's kernels capped at an instruction set, or off. */
export interface Setting {
  /** As `--setting` names it. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** oneDNN's level that the cap needs; absent: any processor can play it. */
  readonly needs?: keyof typeof AT_LEAST;
}

/**
 * From the least to what the machine has. `ONEDNN_MAX_CPU_ISA` caps oneDNN's kernels and not Eigen's
 * (oneDNN, "CPU dispatcher control").
 */
export const SETTINGS: readonly Setting[] = [
  { name: 'off', environment: { TF_ENABLE_ONEDNN_OPTS: '0' } },
  { name: 'sse41', environment: { ONEDNN_MAX_CPU_ISA: 'SSE41' }, needs: 'sse41' },
  { name: 'avx2', environment: { ONEDNN_MAX_CPU_ISA: 'AVX2' }, needs: 'avx2' },
  { name: 'avx512', environment: { ONEDNN_MAX_CPU_ISA: 'AVX512_CORE' }, needs: 'avx512_core' },
  { name: 'own', environment: {} },
];

// oneDNN's levels that matter here, each with what its better ones begin with (`src/cpu/x64/cpu_isa_traits.hpp`).
const AT_LEAST = {
  sse41: /^(sse41|avx)/,
  avx2: /^avx(2|512)/,
  avx512_core: /^avx512/,
};

/** Why a processor cannot play a setting; undefined where it can. */
export function whyNot({ needs }: Setting, { instructionSet, model }: Processor): string | undefined {
  if (needs === undefined || AT_LEAST[needs].test(instructionSet)) return undefined;
  return `${model} has ${instructionSet}, not ${needs}`;
}

/**
 * The settings that are named, in their order; all where none is.
 *
 * @throws Error for a name that is none.
 */
export function named(names: readonly string[]): readonly Setting[] {
  const known = SETTINGS.map(({ name }) => name);
  const stray = names.find((name) => !known.includes(name));
  if (stray !== undefined) throw new Error(`there is no setting ${stray}: ${known.join(', ')}`);
  return names.length === 0 ? SETTINGS : SETTINGS.filter(({ name }) => names.includes(name));
}
