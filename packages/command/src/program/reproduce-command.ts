import { join } from 'node:path';
import { hash, tier, type Tier } from '@spatial-ensemble/record';
import { readPlans, readResults } from '@spatial-ensemble/store';
import { Option, type Command } from 'commander';
import { machineOptions } from '../inventory/command-of.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { cellStates } from '../inventory/why.ts';
import { type Kept, keptOf, madeAgain, reproduction, reproductionText, whyNot } from '../reproduce.ts';
import { argumentsOf } from './arguments-of.ts';
import { atLeastOne, hours, points, seedOf } from './arguments.ts';
import type { Flags } from './flags.ts';
import { runFile } from './run-command.ts';
import { tunedFile } from './tuned-file.ts';
import { ACCEPTED, experimentFile, type Surroundings } from './surroundings.ts';

interface Options {
  readonly tier?: Tier;
  readonly variant?: string;
  readonly seed?: number;
  readonly within?: number;
  readonly fresh?: true;
  readonly workers?: number;
  readonly xlaTuned?: string;
  readonly maxHours: number;
  readonly store: string;
  readonly json?: true;
}

/** `reproduce CELL`: runs again what was accepted, and compares. */
export function addReproduce(program: Command, argv: readonly string[], surroundings: Surroundings): void {
  const { runs, log, print = log } = surroundings;
  program
    .command('reproduce')
    .description(
      'run again what stands behind a cell of a report, by the options that it was run with, and compare; what was begun goes on',
    )
    .argument('<cell>', 'STUDY/ARM, or TABLE/CELL of the paper')
    .addOption(new Option('--tier <tier>', 'of this tier alone').choices(tier.options))
    .option('--variant <name>', 'of this variant alone')
    .option('--seed <n>', 'of this seed alone', seedOf)
    .option(
      '--within <points>',
      'where the arithmetic is another one: how far a measure may be away; on the same arithmetic, bits are compared',
      points,
    )
    .option('--fresh', 'run again from the start, even what was reproduced before')
    .option('--workers <n>', 'threads that load and augment images; default: one less than there are cores', atLeastOne)
    .option('--xla-tuned <file>', 'of what was run with one: that file of choices of XLA; its SHA-256 is compared')
    .addOption(new Option('--max-hours <hours>', 'as of `run`').argParser(hours).default(12))
    .option('--store <folder>', 'where the results are that are made again; default: the accepted ones', ACCEPTED)
    .option('--json', 'print JSON; `schema reproduce` describes it')
    .action(async (cell: string, options: Options) => {
      const plansIn = async (store: string): Promise<Pick<Inventory, 'plans' | 'store'>> => ({
        store,
        plans: (await readPlans(store, (problem) => log(`Left out: ${problem}`))).map(({ plan }) => plan),
      });
      const { tier: ofTier, variant, seed } = options;
      const of = {
        ...(ofTier !== undefined && { tier: ofTier }),
        ...(variant !== undefined && { variant }),
        ...(seed !== undefined && { seed }),
      };
      const { plan, arm, states } = await cellStates(await plansIn(options.store), cell, of);
      const before = keptOf(plan, arm, states);
      // Beside one's own runs, which would be taken for new ones.
      const again = join(runs, 'reproduced');
      const { name } = plan.study;
      const file = experimentFile(name);
      for (const flags of asked(before, options))
        await runFile(
          { file, flags, command: argv.join(' '), argv: argumentsOf(file, flags) },
          { ...surroundings, runs: again },
        );
      const made = await cellStates(await plansIn(again), `${name}/${arm}`, of);
      const after = [...keptOf(made.plan, arm, made.states), ...madeAgain(made.states, await readResults(again))];
      const document = reproduction(name, arm, before, after, options.within);
      print(options.json === true ? JSON.stringify(document, null, 2) : reproductionText(document));
      const not = whyNot(document);
      if (not !== undefined) throw new Error(not);
    });
}

/**
 * What `run` is asked for: each trained run by itself. Evaluations follow their runs.
 *
 * @throws Error where results were made by different options, of which one process can have one set only
 */
function asked(before: readonly [Kept, ...Kept[]], { fresh, workers, maxHours, ...options }: Options): Flags[] {
  const machine = machineOptions(before[0].result.run.arithmetic);
  const other = before.find(({ result }) => hash(machineOptions(result.run.arithmetic)) !== hash(machine));
  if (other !== undefined)
    throw new Error(
      `the results of this cell were made with different options, such as other numbers of threads: take one with --seed, ${before[0].planned.seed} or ${other.planned.seed}`,
    );
  const { tunedSha256, ...asBefore } = machine;
  const xlaTuned = tunedFile(tunedSha256, options.xlaTuned);
  const trained = before.map(({ planned }) => planned).filter(({ evaluation }) => evaluation === undefined);
  return trained.map(({ tier: ofRun, variant, arm, seed, overrides }) => ({
    tier: ofRun,
    ...(variant !== undefined && { variant }),
    arm: [arm],
    seed: [seed],
    ...(overrides && { set: overrides }),
    ...asBefore,
    ...(xlaTuned !== undefined && { xlaTuned }),
    ...(fresh && { fresh }),
    ...(workers !== undefined && { workers }),
    maxHours,
    fullDisk: 'stop',
  }));
}
