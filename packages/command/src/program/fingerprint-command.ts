import { join } from 'node:path';
import type { Command } from 'commander';
import { loadExperiment } from './load-experiment.ts';
import { allExperiments, EXPERIMENTS, EXPERIMENTS_HERE, type Surroundings } from './surroundings.ts';

const FILE = 'fingerprints.json';

/** `fingerprint`: whether methods compute what was committed under their versions. */
export function addFingerprint(program: Command, _argv: readonly string[], { log, atHand }: Surroundings): void {
  program
    .command('fingerprint')
    .description('check that what methods compute is what was committed under their versions')
    .argument('[files...]', 'experiments; default: all')
    .option('--write', `bring ${join(EXPERIMENTS_HERE, FILE)} up to date, where versions allow it`)
    .action(async (files: readonly string[], { write }: { readonly write?: true }) => {
      const experiments = await Promise.all(
        (files.length > 0 ? files : allExperiments()).map((one) => loadExperiment(one, atHand)),
      );
      // What traces is loaded here alone.
      const { checkFingerprints } = await import('../fingerprint.ts');
      await checkFingerprints(experiments, join(EXPERIMENTS, FILE), write === true);
      log('The fingerprints are up to date.');
    });
}
