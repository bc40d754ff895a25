import { testsIn } from '../../tools/vitest/config.ts';
import { someAlone } from '../../tools/vitest/some-alone.ts';

export default someAlone(testsIn(import.meta.dirname));
