import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeText } from '@spatial-ensemble/files';
import type { z } from 'zod';
import type { Cleaned } from './formats.ts';
import { type Inventory, type KnownRun, sameArm } from './inventory.ts';

/** What may go beside what killed processes left behind. */
export interface Cleaning {
  /** Checkpoints of finished runs whose evaluations are finished too. Such a run cannot be evaluated again. */
  readonly checkpoints?: boolean;
  /** Unfinished runs that no study declares any more. */
  readonly stale?: boolean;
}

type Removable = z.infer<typeof Cleaned>['removed'][number];

/** What would be removed: never a result of a finished run, and nothing of a run that is being trained. */
function removable(inventory: Inventory, { checkpoints = false, stale = false }: Cleaning): Removable[] {
  return inventory.runs
    .filter((run) => run.process === undefined)
    .flatMap((run) => {
      if (stale && run.state !== 'complete' && run.state !== 'damaged' && !run.places.some(({ current }) => current))
        return [{ path: run.folder, bytes: run.bytes, why: 'unfinished, and no study declares it any more' }];
      const left = run.leftovers.map((path) => ({ path, bytes: 0, why: 'left behind by a process that ended' }));
      const [first, ...others] = left;
      return [
        ...(first === undefined ? [] : [{ ...first, bytes: run.leftoverBytes }, ...others]),
        ...(checkpoints && isDone(inventory, run) && run.checkpointBytes > 0
          ? [{ path: join(run.folder, 'checkpoint'), bytes: run.checkpointBytes, why: 'of a finished run' }]
          : []),
      ];
    });
}

/** Whether a run is finished, and every evaluation that is planned of it. */
function isDone({ runs, plans }: Inventory, run: KnownRun): boolean {
  if (run.state !== 'complete') return false;
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

/** @param yes false: nothing is removed. */
export async function cleanStore(
  inventory: Inventory,
  cleaning: Cleaning,
  yes: boolean,
): Promise<z.infer<typeof Cleaned>> {
  const removed = removable(inventory, cleaning);
  if (yes) for (const { path } of removed) await rm(path, { recursive: true, force: true });
  const bytes = removed.reduce((sum, one) => sum + one.bytes, 0);
  return { format: 'spatial-ensemble/clean-1', store: inventory.store, done: yes, bytes, removed };
}

export function cleanedText({ removed, bytes, done }: z.infer<typeof Cleaned>): string {
  if (removed.length === 0) return 'nothing to remove';
  const lines = removed.map(({ path, why, bytes: size }) => `${path}: ${why}${size > 0 ? `, ${sizeText(size)}` : ''}`);
  return [...lines, done ? `${sizeText(bytes)} freed` : `${sizeText(bytes)} would be freed; --yes removes it`].join(
    '\n',
  );
}
