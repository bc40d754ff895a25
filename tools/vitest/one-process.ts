import { mergeConfig } from 'vitest/config';
import base from './config.ts';

const ALONE = 'test/alone/**/*.test.ts';

/**
 * All of a package's tests in one process, which loads TensorFlow once: for packages whose tests leave nothing behind.
 * What starts TensorFlow in its own way lies in `test/alone`, and has a process to each file.
 */
export const oneProcess = mergeConfig(base, {
  test: {
    projects: [
      { extends: true, test: { name: 'together', isolate: false, exclude: [ALONE] } },
      { extends: true, test: { name: 'alone', include: [ALONE], exclude: ['test/!(alone)/**', 'test/*.test.ts'] } },
    ],
  },
});
