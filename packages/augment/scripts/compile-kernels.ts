import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFinal } from '@spatial-ensemble/files';

// Compiles kernels/*.ts to src/pixels/kernels.generated.ts, which is committed: nothing else needs the compiler.
// Run it after a change of the kernels:
//
//   npx tsx --conditions=@spatial-ensemble/source packages/augment/scripts/compile-kernels.ts
//
// It fetches AssemblyScript (100 MB, no install scripts) into npm's cache.

const COMPILER = 'assemblyscript@0.28.20';
const OPTIONS = [
  '-O3',
  '--noAssert',
  '--enable',
  'simd',
  '--runtime',
  'stub',
  '--importMemory',
  '--disableWarning',
  '112',
];

const sources = ['bytes', 'floats', 'four', 'taps'].map((name) =>
  fileURLToPath(new URL(`../kernels/${name}.ts`, import.meta.url)),
);
const target = fileURLToPath(new URL('../src/pixels/kernels.generated.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
try {
  const binary = join(folder, 'kernels.wasm');
  execFileSync(
    'npx',
    ['--yes', `--package=${COMPILER}`, 'asc', ...sources.slice(0, 2), ...OPTIONS, '--outFile', binary],
    {
      stdio: 'inherit',
    },
  );
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(source));
  await writeFinal(
    target,
    `// Made by scripts/compile-kernels.ts with ${COMPILER}; not to be edited.

/** SHA-256 of kernels/bytes.ts, floats.ts, four.ts and taps.ts, one after the other. */
export const SOURCE_SHA256 = '${hash.digest('hex')}';

/** The WebAssembly module, in base64. */
export const MODULE =
  '${readFileSync(binary).toString('base64')}';
`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
