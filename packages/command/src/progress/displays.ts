import { showCounts, type Counts } from './counts.ts';
import { showProgress, type ProgressDisplay } from './run-progress.ts';

/** What shows how far things are. */
export interface Displays {
  /** Of a run, by its title. */
  run(title: string): ProgressDisplay;
  /** Of what is told in counts; `title` of what is counted, by its name. */
  counts(title: (what: string) => string): Counts;
}

/** Displays on a stream: bars on a terminal, a plain line every ten seconds elsewhere. */
export function displaysOn(out: NodeJS.WriteStream = process.stderr): Displays {
  return {
    run: (title) => showProgress(title, out),
    counts: (title) => showCounts(title, out),
  };
}

/** Where another process shows it. */
export const NO_DISPLAYS: Displays = {
  run: () => ({ update: () => undefined, look: () => undefined, stop: () => undefined }),
  counts: () => () => undefined,
};
