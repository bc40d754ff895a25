import { resolve } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * Tests run from source: the packages' `@spatial-ensemble/source` condition must
 * hold for Vite's own resolution and for what Node resolves outside Vite.
 */
const conditions = ['@spatial-ensemble/source'];

/** @param directory of the package, in which its tests lie in `test` */
export const testsIn = (directory: string): ViteUserConfig =>
  defineConfig({
    // One root for all: what was transformed for one package is kept for the others by its content, under its root.
    root: resolve(import.meta.dirname, '../..'),
    cacheDir: resolve(directory, 'node_modules/.vite'),
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      dir: directory,
      include: ['test/**/*.test.ts'],
      exclude: [
        // What takes long runs by night: `npm run nightly`.
        ...(process.env['NIGHTLY'] === '1' ? [] : ['test/**/*.nightly.test.ts']),
        // How a library is fetched, and what sets its own processor, is the same on any: `npm run processors`.
        ...(process.env['PLAYED_PROCESSOR'] === undefined ? [] : ['test/library/**', 'test/process*.test.ts']),
      ],
      // All of a package's tests in one process, one file after the other: TensorFlow is one per process and takes every
      // core it is given, and what a test imports is loaded once. So tests leave nothing behind.
      pool: 'forks',
      fileParallelism: false,
      isolate: false,
      experimental: { fsModuleCache: true },
      testTimeout: 60_000,
      hookTimeout: 120_000,
      reporters: ['default', ['json', { outputFile: resolve(directory, '.turbo/vitest.json') }]],
    },
  });
