import { join } from 'node:path';
import { chromeTrace, describeProfile, type Profile } from '@spatial-ensemble/engine';
import { writeFinal } from '@spatial-ensemble/files';

/** In a run's folder: the trace of a step, for chrome://tracing and ui.perfetto.dev. */
const TRACE_FILE = 'step-trace.json';

/** Keeps where the time of a step went in a run's folder, and says it. */
export async function keepProfile(folder: string, profile: Profile, log: (line: string) => void): Promise<void> {
  const path = join(folder, TRACE_FILE);
  await writeFinal(path, `${JSON.stringify(chromeTrace(profile))}\n`);
  const [all, ...ops] = describeProfile(profile);
  log([`a step takes ${all}; the dearest ops:`, ...ops, `Each op, on a time line: ${path}`].join('\n'));
}
