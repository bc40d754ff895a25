import { testsIn } from '../vitest/config.ts';

export default testsIn(import.meta.dirname);
