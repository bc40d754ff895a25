import type { Plan, StoredResult } from '@spatial-ensemble/record';

import { runStates } from '../pairing.ts';
import { sections } from '../rows.ts';
import { type Behind, behind, type Setting } from './behind.ts';
import { decidedIn } from './decided-in.ts';
import type { DecidedLine } from './line.ts';

/** A line with what stands behind it. */
export interface IndexLine extends DecidedLine {
  readonly behind: readonly Behind[];
}

/** A study with the results that its runs may have. */
export interface StudyResults {
  readonly plan: Plan;
  readonly results: readonly StoredResult[];
}

/** The settings of all studies. */
export function settingsOf(studies: readonly StudyResults[]): Setting[] {
  return studies.flatMap(({ plan, results }) =>
    sections(plan, runStates(plan, results)).map((section) => ({ plan, section })),
  );
}

/** What is decided in settings, whatever came out: what has been run first. */
export function indexLines(settings: readonly Setting[]): IndexLine[] {
  const all = settings
    .flatMap(({ plan, section }) => decidedIn(plan, section))
    .map((line) => ({ ...line, behind: behind(line, settings) }));
  return [...all.filter(isRun), ...all.filter((line) => !isRun(line))];
}

/** Whether there are runs of what a line is about. */
export function isRun({ verdict }: DecidedLine): boolean {
  return verdict !== 'not run';
}
