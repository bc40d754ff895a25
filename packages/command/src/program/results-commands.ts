import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { reportsCommand, runCommand } from '@spatial-ensemble/record';
import { PLAN_FILE, readPlan, studyFolder } from '@spatial-ensemble/store';
import type { Command } from 'commander';
import { acceptResults } from '../accept.ts';
import { refreshPlans } from '../accepted-plans.ts';
import { declareStudy } from '../declare.ts';
import { loadExperiment } from './load-experiment.ts';
import { ACCEPTED, experimentFile, RESULTS_HERE, type Surroundings } from './surroundings.ts';
import { writeReport } from './write-report.ts';

/** `report`, `accept`, `declare` and `plans`: what is done with results that are there. */
export function addResults(program: Command, _argv: readonly string[], surroundings: Surroundings): void {
  const { runs, log } = surroundings;
  program
    .command('report')
    .description('write the report of an experiment again, from the runs that are there')
    .argument('<experiment>', 'its name')
    .action(async (name: string) => {
      const file = join(studyFolder(runs, name), PLAN_FILE);
      if (!existsSync(file)) throw new Error(`there are no runs of ${name}; \`${runCommand(name)}\` makes them`);
      await writeReport(await readPlan(file), surroundings);
    });
  program
    .command('accept')
    .description(`copy the complete results of an experiment to ${RESULTS_HERE}`)
    .argument('<experiment>', 'its name')
    .action(async (name: string) => {
      const experiment = await loadExperiment(experimentFile(name), surroundings.atHand);
      const { copied, removed, notes } = await acceptResults(experiment, runs, ACCEPTED);
      for (const note of notes) log(note);
      log(
        `Accepted ${copied} results of ${name}${removed > 0 ? `, removed ${removed} that it no longer declares` : ''}. \`${reportsCommand()}\` puts them into reports/.`,
      );
    });
  program
    .command('declare')
    .description(`write down in ${RESULTS_HERE} what a study claims, before it is run`)
    .argument('<experiment>', 'its name')
    .action(async (name: string) => {
      const decided = await declareStudy(
        await loadExperiment(experimentFile(name), surroundings.atHand),
        runs,
        ACCEPTED,
      );
      const what = decided.length === 0 ? 'It claims nothing.' : `It is to decide: ${decided.join(', ')}.`;
      log(`Declared ${name}. ${what} Commit ${join(studyFolder(ACCEPTED, name), PLAN_FILE)} before you run it.`);
    });
  program
    .command('plans')
    .description('write the plans beside the accepted results again, as the experiments declare them now')
    .action(async () => {
      const names = await refreshPlans(ACCEPTED, (name) => loadExperiment(experimentFile(name), surroundings.atHand));
      log(`Plans of ${names.join(', ')}. \`${reportsCommand()}\` shows what is stale.`);
    });
}
