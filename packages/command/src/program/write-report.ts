import { join } from 'node:path';
import type { Plan } from '@spatial-ensemble/record';
import { generateReport, summary } from '@spatial-ensemble/report';
import { readResults } from '@spatial-ensemble/store';
import type { Surroundings } from './surroundings.ts';

/** Writes the report of a study from the runs that are there, and says what they came to. */
export async function writeReport(plan: Plan, { runs, log }: Surroundings): Promise<void> {
  const { name } = plan.study;
  const report = join(runs, 'reports', name);
  const results = await readResults(runs, (problem) => log(`Left out of the report: ${problem}`));
  await generateReport(results, plan, report);
  for (const line of summary(results, plan)) log(line);
  log(`Report: ${join(report, 'index.md')}`);
}
