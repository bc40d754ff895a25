import { mkdtempSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

/** A program as one file of JavaScript. */
export interface OneFile {
  readonly path: string;
  remove(): void;
}

/**
 * A program of a test with all that it imports, for a test that starts it several times: it starts in a tenth of a
 * second, of which loading each source by itself takes a whole one.
 *
 * @param program which reads no file beside its sources
 */
export function asOneFile(program: string): OneFile {
  // Beside it, from where packages with native code are found.
  const folder = mkdtempSync(join(dirname(program), '.one-file-'));
  const path = join(folder, basename(program).replace(/\.ts$/, '.mjs'));
  buildSync({
    entryPoints: [program],
    outfile: path,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@spatial-ensemble/source'],
    external: ['fs-native-extensions'],
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  });
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
