import { testsIn } from '../../tools/vitest/config.ts';

export default testsIn(import.meta.dirname);
