import { rmSync } from 'node:fs';
import { openRun } from '@spatial-ensemble/store';
import { withFault, type FaultKind } from '../../vitest/disk-faults.ts';
import { IDENTITY, takeStep, wrongWith } from '../known-run.ts';

/**
 * Saves the known run with one call of the system after the other failing, and says what came of each as a line of JSON:
 * `programs/faulty-saves.ts FOLDER KIND FIRST EVERY`.
 */

const [folder, kind, first, every] = process.argv.slice(2) as [string, FaultKind, string, string];

for (let at = Number(first); ; at += Number(every)) {
  rmSync(folder, { recursive: true, force: true });
  const run = await openRun(folder, IDENTITY);
  await takeStep(run, 1);
  await takeStep(run, 2);
  const { hit, error } = await withFault(folder, kind, at, () => takeStep(run, 3));
  if (hit === undefined) break;
  const wrong = await wrongWith(folder, error === undefined ? 3 : 2);
  // Once it is put right, the run goes on.
  const later = await openRun(folder, IDENTITY).then(async (again) => {
    await takeStep(again, (again.saved?.step ?? 0) + 1);
    return wrongWith(folder, 3);
  }, String);
  console.log(JSON.stringify({ at, hit, wrong: wrong ?? later ?? null }));
}
