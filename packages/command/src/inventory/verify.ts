import { verifyRun } from '@spatial-ensemble/store';
import type { z } from 'zod';
import type { Counts } from '../progress/counts.ts';
import type { Checked } from './formats.ts';
import type { Inventory } from './inventory.ts';

/** Reads every document and checkpoint of a store, and tells what is not as it was written. */
export async function verifyStore(
  { store, runs, damagedPlans }: Inventory,
  counted: Counts = () => undefined,
): Promise<z.infer<typeof Checked>> {
  let whole = 0;
  const problems: string[] = [...damagedPlans];
  for (const [i, { folder, short }] of runs.entries()) {
    const found = await verifyRun(folder, short);
    whole += found.whole;
    problems.push(...found.problems);
    counted('checking runs', i + 1, runs.length);
  }
  return { format: 'spatial-ensemble/verify-1', store, runs: runs.length, whole, problems };
}
