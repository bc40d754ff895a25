import type { Arithmetic } from '../src/index.ts';

/** Some arithmetic, for tests of what does not depend on it. */
export const ARITHMETIC: Arithmetic = {
  engine: 'tensorflow 2.21.0',
  numerics: 1,
  precision: 'float32',
  device: 'cpu',
  instructionSet: 'avx512',
  threads: { intra: 2, inter: 1 },
  xla: false,
  deterministic: false,
};

/** Another one. */
export const ON_AVX2: Arithmetic = {
  ...ARITHMETIC,
  instructionSet: 'avx2',
  threads: { intra: 2, inter: 2 },
  deterministic: true,
};
