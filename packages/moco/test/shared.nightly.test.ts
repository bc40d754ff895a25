import { test } from 'vitest';
import { checkSharedRuns } from '../../../tools/vitest/shared-runs.ts';

test(
  'four processes train what one does, and the same each time',
  () => checkSharedRuns(new URL('./programs/shared.ts', import.meta.url), [2, 4], ['again']),
  900_000,
);

test(
  'two processes learn of clean and adversarial queries by norms of their own as one does',
  () => checkSharedRuns(new URL('./programs/shared-dual.ts', import.meta.url), [2]),
  900_000,
);
