import { mergeConfig, type ViteUserConfig } from 'vitest/config';

const ALONE = 'test/alone/**/*.test.ts';

/**
 * For a package of which some tests start TensorFlow in their own way, or measure what their process holds: they lie in
 * `test/alone`, a process to each.
 */
export const someAlone = (tests: ViteUserConfig): ViteUserConfig =>
  mergeConfig(tests, {
    test: {
      projects: [
        { extends: true, test: { name: 'together', exclude: [ALONE] } },
        { extends: true, test: { name: 'alone', isolate: true, exclude: ['test/!(alone)/**', 'test/*.test.ts'] } },
      ],
    },
  });
