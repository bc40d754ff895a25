import { rm } from 'node:fs/promises';
import { sizeText, WriteError } from '@spatial-ensemble/files';
import { claimRun } from '@spatial-ensemble/store';
import type { z } from 'zod';
import type { Cleaned } from './formats.ts';
import { type Inventory, type KnownRun, sameArm } from './inventory.ts';
import { stateText } from './list.ts';

/** What may go beside what killed processes left behind. */
export interface Cleaning {
  /** Checkpoints of finished runs whose evaluations are finished too. Such a run cannot be evaluated again. */
  readonly checkpoints?: boolean;
  /** Of these also the ones that were asked to stay. */
  readonly kept?: boolean;
}

type Removable = z.infer<typeof Cleaned>['removed'][number];

/** What of a run would be removed: never its result, nor what it goes on from. */
function removable(inventory: Inventory, run: KnownRun, { checkpoints = false, kept = false }: Cleaning): Removable[] {
  const [first, ...others] = run.leftovers.map((path) => ({ path, bytes: 0, why: 'left behind by a process' }));
  return [
    ...(first === undefined ? [] : [{ ...first, bytes: run.leftoverBytes }, ...others]),
    ...(checkpoints && isDone(inventory, run)
      ? run.checkpoints
          .filter((one) => kept || !one.kept)
          .map(({ path, bytes }) => ({ path, bytes, why: 'of a finished run' }))
      : []),
  ];
}

/** Whether a run is finished, and every evaluation that is planned of it. */
function isDone({ runs, plans }: Inventory, run: KnownRun): boolean {
  // One that no study has may wait for an evaluation that is not planned yet.
  if (run.state !== 'complete' || run.begunAnew || run.places.length === 0) return false;
  return run.places.every(({ study, planned }) => {
    if (planned.evaluation !== undefined) return true;
    const { runs: all } = plans.find((plan) => plan.study.name === study)!;
    const evaluations = all.filter((one) => one.evaluation !== undefined && sameArm(one, planned));
    return evaluations.every((one) =>
      runs.some(
        ({ state, stored, places }) =>
          state === 'complete' &&
          stored!.result.run.from === run.stored!.result.identity &&
          places.some((place) => place.study === study && place.planned === one),
      ),
    );
  });
}

/**
 * Removes what can go, of one run after the other, each claimed meanwhile: one that another process has is left alone.
 *
 * @param yes false: nothing is removed.
 * @throws WriteError where a run cannot be claimed
 */
export async function cleanStore(
  inventory: Inventory,
  cleaning: Cleaning,
  yes: boolean,
): Promise<z.infer<typeof Cleaned>> {
  const removed: Removable[] = [];
  const skipped: z.infer<typeof Cleaned>['skipped'] = [];
  for (const run of inventory.runs) {
    const found = removable(inventory, run, cleaning);
    if (found.length === 0) continue;
    const why = run.process !== undefined ? stateText(run) : yes ? await removeClaimed(run.folder, found) : undefined;
    if (why === undefined) removed.push(...found);
    else skipped.push({ folder: run.folder, why });
  }
  const bytes = removed.reduce((sum, one) => sum + one.bytes, 0);
  return { format: 'spatial-ensemble/clean-1', store: inventory.store, done: yes, bytes, removed, skipped };
}

/** @returns why nothing was removed: who has the run. */
async function removeClaimed(folder: string, found: readonly Removable[]): Promise<string | undefined> {
  let giveUp: () => void;
  try {
    giveUp = await claimRun(folder);
  } catch (error) {
    if (error instanceof WriteError) throw error;
    return (error as Error).message;
  }
  try {
    for (const { path } of found) await rm(path, { recursive: true, force: true });
  } finally {
    giveUp();
  }
  return undefined;
}

export function cleanedText({ removed, skipped, bytes, done }: z.infer<typeof Cleaned>): string {
  const left = skipped.map(({ folder, why }) => `${folder}: left alone, ${why}`);
  if (removed.length === 0) return ['nothing to remove', ...left].join('\n');
  const lines = removed.map(({ path, why, bytes: size }) => `${path}: ${why}${size > 0 ? `, ${sizeText(size)}` : ''}`);
  const freed = done ? `${sizeText(bytes)} freed` : `${sizeText(bytes)} would be freed; --yes removes it`;
  return [...lines, ...left, freed].join('\n');
}
