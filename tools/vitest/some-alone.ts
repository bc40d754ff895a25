import { mergeConfig } from 'vitest/config';
import base from './config.ts';

const ALONE = 'test/alone/**/*.test.ts';

/**
 * For a package of which some tests start TensorFlow in their own way, or measure what their process holds: they lie in
 * `test/alone`, a process to each.
 */
export const someAlone = mergeConfig(base, {
  test: {
    projects: [
      { extends: true, test: { name: 'together', exclude: [ALONE] } },
      { extends: true, test: { name: 'alone', isolate: true, exclude: ['test/!(alone)/**', 'test/*.test.ts'] } },
    ],
  },
});
