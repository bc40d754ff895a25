import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/** What the bundle gives: the tests' own copy of TensorFlow.js' core, and the tests behind a call. */
export interface OpTests {
  /** Sets the one backend that the tests run on. */
  setTestEnvs(environments: readonly { name: string; backendName: string; isDataSync: boolean }[]): void;
  /** Declares every test to jasmine, whose functions must be global by then. */
  declare(): void;
}

const ENTRY = `
  import '@tensorflow/tfjs-core/dist/index';
  import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
  export { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
  export function declare() { require('@tensorflow/tfjs-core/dist/tests'); }
`;

/**
 * Loads the tests that TensorFlow.js' core is published with. They are modules that Node.js does not take as they are
 * (no endings in their imports), so they are bundled, with the files of the core that they reach into. All copies of the
 * core share one engine and its kernels, which TensorFlow.js keeps on the global object.
 */
export async function loadOpTests(): Promise<OpTests> {
  const outfile = join(await mkdtemp(join(tmpdir(), 'op-tests-')), 'tests.cjs');
  await build({
    stdin: { contents: ENTRY, resolveDir: import.meta.dirname },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
    // The core's package says that its tests have no side effects.
    ignoreAnnotations: true,
    logLevel: 'error',
    outfile,
  });
  return require(outfile) as OpTests;
}
