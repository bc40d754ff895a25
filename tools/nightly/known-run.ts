import { isDeepStrictEqual } from 'node:util';
import type { MetricsLine } from '@spatial-ensemble/record';
import { openRun, type OpenRun, type StoredTensor } from '@spatial-ensemble/store';

/** A run of which it is known what it has after each step: whatever else is found on disk is wrong. */

export const IDENTITY = 'a'.repeat(64);
const WINDOW = { count: 1, sums: { loss: 0.1 + 0.2 }, counts: {} };
const ELEMENTS = 20_000;

function tensorsAt(step: number): Map<string, StoredTensor> {
  const data = Float32Array.from({ length: ELEMENTS }, (_, i) => Math.fround(step + i / ELEMENTS));
  return new Map([
    ['state.student.kernel', { data, shape: [ELEMENTS] }],
    ['state.updates', { data: Int32Array.of(step), shape: [] }],
  ]);
}

function lineAt(step: number): MetricsLine {
  return { kind: 'train', step, count: 1, values: { loss: 1 / step }, counts: {} };
}

/** Takes a step, and saves it. */
export async function takeStep(run: OpenRun, step: number): Promise<void> {
  run.append(lineAt(step));
  await run.save(tensorsAt(step), { step, window: WINDOW });
}

/**
 * What is wrong with the run in a folder.
 *
 * @param said the step that was said to be saved last
 * @returns undefined where it has that step or a later one, to the bit
 */
export async function wrongWith(folder: string, said: number): Promise<string | undefined> {
  const run = await openRun(folder, IDENTITY).catch((error: unknown) => String(error));
  if (typeof run === 'string') return run;
  const { saved, damaged } = run;
  const step = saved?.step ?? 0;
  if (damaged.length > 0) return damaged.join(' ');
  if (step < said) return `step ${said} was said to be saved, and ${step} is there`;
  return wrongIn(run);
}

/** What an open run has that it never had. */
export function wrongIn({ saved, lines }: OpenRun): string | undefined {
  const step = saved?.step ?? 0;
  if (saved !== undefined && !isDeepStrictEqual(saved.tensors, tensorsAt(step))) return `other weights at step ${step}`;
  const known = Array.from({ length: step }, (_, i) => lineAt(i + 1));
  return isDeepStrictEqual(lines(), known) ? undefined : `other numbers at step ${step}`;
}
