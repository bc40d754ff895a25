import { sizeText } from '@spatial-ensemble/files';
import { markdownTable } from 'markdown-table';
import type { z } from 'zod';
import type { List, RunEntry } from './formats.ts';
import { type Inventory, type KnownRun, placeText } from './inventory.ts';

/** Every run of a store: what it stands for, how far it is, what it took and takes. */
export function listOf({ store, runs }: Inventory): z.infer<typeof List> {
  return { format: 'spatial-ensemble/list-1', store, runs: runs.map(entryOf) };
}

/** A run as it is listed. */
export function entryOf(run: KnownRun): RunEntry {
  const { stored, places, problem } = run;
  const saved = run.checkpoints[0]?.step ?? 0;
  const asked = places.find(({ current }) => current)?.planned.steps;
  // Of a plan that asks for fewer steps by now, the run is not a part.
  const planned = asked !== undefined && asked >= saved ? asked : undefined;
  const { done, total } = stored?.result.steps ?? { done: saved, total: planned };
  return {
    run: run.short,
    method: run.method,
    state: run.state,
    ...(problem !== undefined && { problem }),
    ...(run.process !== undefined && { process: run.process }),
    ...(run.host !== undefined && { host: run.host }),
    steps: { done, ...(total !== undefined && { total }) },
    ...(stored?.info && { seconds: stored.info.seconds }),
    bytes: run.bytes,
    checkpointBytes: run.checkpointBytes,
    checkpoints: run.checkpoints.map(({ step }) => step),
    kept: run.checkpoints.flatMap(({ step, kept }) => (kept ? [step] : [])),
    ...(run.modified && { modified: run.modified.toISOString() }),
    folder: run.folder,
    places: places.map(({ study, current, planned: { tier, variant, arm, seed, evaluation } }) => ({
      study,
      tier,
      ...(variant !== undefined && { variant }),
      arm,
      seed,
      ...(evaluation !== undefined && { evaluation }),
      current,
    })),
  };
}

/** The list as a table. @param now for the runs' ages */
export function listText({ runs, store }: Inventory, now: Date): string {
  if (runs.length === 0) return `no runs in ${store}`;
  const rows = runs.map((run) => {
    const { steps, seconds } = entryOf(run);
    const [first, ...others] = run.places;
    const stands = first === undefined ? 'no study has it' : `${placeText(first)}${first.current ? '' : ' (stale)'}`;
    return [
      run.short,
      stateText(run),
      steps.total === undefined ? String(steps.done) : `${steps.done} of ${steps.total}`,
      seconds === undefined ? '' : durationText(seconds),
      sizeText(run.bytes),
      run.modified === undefined ? '' : `${durationText((now.getTime() - run.modified.getTime()) / 1000)} ago`,
      `${stands}${others.length > 0 ? `, and ${others.length} more` : ''}`,
    ];
  });
  const table = markdownTable([['run', 'state', 'steps', 'took', 'size', 'written', 'stands for'], ...rows], {
    align: ['l', 'l', 'r', 'r', 'r', 'r', 'l'],
  });
  const bytes = runs.reduce((sum, run) => sum + run.bytes, 0);
  return `${table}\n\n${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, ${sizeText(bytes)} in ${store}`;
}

export function stateText({ state, process, host }: Pick<KnownRun, 'state' | 'process' | 'host'>): string {
  return process === undefined ? state : `training (process ${process}${host === undefined ? '' : ` on ${host}`})`;
}

/** `40 s`, `12 min`, `3.5 h`, `2.1 days`. */
function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}
