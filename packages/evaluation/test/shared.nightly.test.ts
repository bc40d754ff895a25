import { test } from 'vitest';
import { checkSharedRuns } from '../../../tools/vitest/shared-runs.ts';

test(
  'two processes train what one does',
  () => checkSharedRuns(new URL('./programs/shared.ts', import.meta.url), [2]),
  120_000,
);
