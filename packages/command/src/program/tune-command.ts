import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { writeFinal } from '@spatial-ensemble/files';
import type { Command } from 'commander';
import { watchingInterrupt } from '../interrupt.ts';
import type { Flags } from './flags.ts';
import { Left } from './left.ts';
import { loadExperiment } from './load-experiment.ts';
import { type Place, placeOf } from './place.ts';
import { askedBy } from './run-command.ts';
import { withRunOptions } from './run-options.ts';
import { experimentGiven, type Surroundings } from './surroundings.ts';

interface Options extends Flags {
  readonly out: string;
}

/** `tune NAME`: has XLA choose kernels for a GPU once, for all runs that are then told to take its choices. */
export function addTune(program: Command, argv: readonly string[], surroundings: Surroundings): void {
  const tune = program
    .command('tune')
    .description(
      'have XLA measure and choose kernels, in two steps of each arm and its evaluations on a GPU, and keep its choices in a file; tune once, then `run --gpu --xla --no-deterministic --xla-tuned FILE` for all runs',
    )
    .argument('<experiment>', 'its name, or its file');
  withRunOptions(tune)
    .requiredOption('--out <file>', 'a new file for the choices; text where its name ends in .txt or .textproto')
    .action(async (given: string, { out, ...options }: Options) => {
      if (existsSync(out)) throw new Error(`${out} is there already: name another file, or take its choices with run --xla-tuned ${out}`); // prettier-ignore
      // What there is to tune for.
      const flags: Flags = { ...options, gpu: options.gpu ?? true, xla: true, deterministic: false };
      // Several processes are refused with XLA, so that none are to be started.
      const place = placeOf(flags, process.env) as Place;
      const folder = mkdtempSync(join(tmpdir(), 'tune-'));
      const chosen = join(folder, basename(out));
      try {
        await watchingInterrupt(surroundings.log, async (interrupt) => {
          const { machine, ...asked } = askedBy({ flags, command: argv.join(' '), place }, surroundings, interrupt);
          const experiment = await loadExperiment(experimentGiven(given), surroundings.atHand);
          const { takeFewSteps } = await import('../few-steps.ts');
          await takeFewSteps({ experiment, ...asked, machine: { ...machine, xlaOptions: { ...machine.xlaOptions, tune: chosen } } }); // prettier-ignore
          if (interrupt.requested()) throw new Left('Interrupted. Nothing was kept.', interrupt.exitCode());
        });
        if (!existsSync(chosen))
          throw new Error('XLA has chosen nothing: no kernel of these steps is one that it tunes');
        const content = readFileSync(chosen);
        await writeFinal(out, content);
        surroundings.log(
          `${out}: what XLA has chosen, SHA-256 ${createHash('sha256').update(content).digest('hex')}. --xla-tuned ${out} takes it, in all runs that are to be compared.`,
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
}
