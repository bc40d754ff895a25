import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { writeFinal } from '@spatial-ensemble/files';
import { resolveRuns, type ResolvedRun } from '@spatial-ensemble/study';
import type { Command } from 'commander';
import { sbatchScript } from '../cluster/sbatch-script.ts';
import { quoted } from '../inventory/command-of.ts';
import { argumentsOf } from './arguments-of.ts';
import { atLeastOne, collect } from './arguments.ts';
import type { Flags } from './flags.ts';
import { loadExperiment } from './load-experiment.ts';
import { withRunOptions } from './run-options.ts';
import { selectionOf } from './selection-of.ts';
import { experimentGiven, FROM_SOURCE, ROOT, type Surroundings } from './surroundings.ts';

interface Options extends Flags {
  readonly nodes?: number;
  readonly slurm?: readonly string[];
  readonly out?: string;
  readonly overwrite?: true;
}

/** Hours of a run that nobody is asked about: Slurm's own limit holds. */
const UNLIMITED = 1_000_000;

/** `sbatch NAME`: a batch script for Slurm that runs arms and seeds of an experiment, each in a task of an array. */
export function addSbatch(
  program: Command,
  argv: readonly string[],
  { runs, log, print = log, atHand }: Surroundings,
): void {
  const sbatch = program
    .command('sbatch')
    .description(
      'write a script for Slurm’s sbatch: an array with a task for each arm and seed, which saves and is queued again before its time is over',
    )
    .argument('<experiment>', 'its name, or its file');
  withRunOptions(sbatch)
    .option(
      '--nodes <n>',
      'machines that train each run together, each with as many processes as --devices says',
      atLeastOne,
    )
    .option(
      '--slurm <option>',
      'an option of sbatch, such as partition=gpu or time=1-00:00:00; may be repeated',
      collect(String),
    )
    .option('--out <file>', 'write it to this file; default: print it')
    .option('--overwrite', 'with --out: in place of a file that is there')
    .action(async (experiment: string, options: Options) => {
      const { threads, devices = 1, nodes = 1, gpu, slurm = [], out, overwrite } = options;
      if (threads === undefined)
        throw new Error(
          '--threads is needed: threads are part of a run, which would be another one on a machine with other cores. Take as many as each process is to have cores',
        );
      if (typeof gpu === 'number')
        throw new Error(`--gpu ${gpu} names one, and Slurm chooses which each process has: write --gpu`);
      if (out !== undefined && existsSync(out) && overwrite !== true)
        throw new Error(`${out} is there: take another name for --out, or add --overwrite`);
      const file = resolve(experimentGiven(experiment));
      const declared = await loadExperiment(file, atHand);
      const all = resolveRuns(declared, selectionOf(options));
      const unlimited = sbatch.getOptionValueSource('maxHours') === 'default';
      // `!`: there is no study without a run.
      const sweeps = all[0]!.swept?.grid.keys ?? [];
      const common: Flags = {
        ...options,
        arm: [],
        seed: [],
        set: (options.set ?? []).filter((text) => !sweeps.includes(text.slice(0, text.indexOf('=')).trim())),
        // srun starts them.
        devices: 1,
        ...(unlimited && { maxHours: UNLIMITED }),
      };
      const script = sbatchScript({
        name: declared.study.name,
        madeBy: `spatial-ensemble ${argv.map(quoted).join(' ')}`.replaceAll(/\s+/g, ' '),
        root: ROOT,
        // Installed, it is the file that was started.
        program: FROM_SOURCE ? 'packages/command/bin/spatial-ensemble.js' : relative(ROOT, process.argv[1]!),
        runs,
        argv: argumentsOf(relative(ROOT, file), common),
        tasks: all.map((run) => argumentsOfRun(run)),
        cores: threads,
        gpu: gpu !== undefined,
        devices,
        nodes,
        slurm,
      });
      if (out === undefined) return print(script.trimEnd());
      await writeFinal(out, script);
      log(`${out}: ${all.length} ${all.length === 1 ? 'task' : 'tasks'}; sbatch ${out} submits it`);
    });
}

/** What chooses one run of those that the common arguments leave. */
function argumentsOfRun({ arm, seed, swept }: ResolvedRun): string[] {
  const values = swept?.grid.keys.flatMap((key, i) => ['--set', `${key}=${JSON.stringify(swept.values[i])}`]) ?? [];
  return ['--arm', arm, '--seed', String(seed), ...values];
}
