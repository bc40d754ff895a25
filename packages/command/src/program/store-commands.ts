import { tier } from '@spatial-ensemble/record';
import { Argument, type Command, Option } from 'commander';
import { z } from 'zod';
import { cleanedText, type Cleaning, cleanStore } from '../inventory/clean.ts';
import { comparedRuns, comparedText } from '../inventory/compare.ts';
import { FORMATS } from '../inventory/formats.ts';
import { findRun, type Inventory, takeInventory } from '../inventory/inventory.ts';
import { listOf, listText } from '../inventory/list.ts';
import { shownRun, shownText } from '../inventory/show.ts';
import { verifyStore } from '../inventory/verify.ts';
import { whyCell, whyText, type Within } from '../inventory/why.ts';
import { displaysOn } from '../progress/displays.ts';
import { seedOf } from './arguments.ts';
import type { Surroundings } from './surroundings.ts';

interface Options {
  readonly store?: string;
  readonly json?: true;
}

/** `list`, `show`, `why`, `compare`, `verify` and `clean`: what one has. */
export function addStore(program: Command, _argv: readonly string[], { runs, log, print = log }: Surroundings): void {
  const command = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .option('--store <folder>', 'a run store, or accepted results; default: your own runs')
      .option('--json', `print JSON; \`schema ${name}\` describes it`);
  const inventory = async ({ store = runs }: Options): Promise<Inventory> => {
    const all = await takeInventory(store, new Date());
    for (const problem of all.damagedPlans) log(`Left out: ${problem}`);
    return all;
  };
  const say = ({ json }: Options, document: unknown, text: string): void =>
    print(json === true ? JSON.stringify(document, null, 2) : text);

  command('list', 'the runs that there are: state, progress, time, size, and what they stand for').action(
    async (options: Options) => {
      const all = await inventory(options);
      say(options, listOf(all), listText(all, new Date()));
    },
  );
  command('show', 'all that is known of a run')
    .argument('<run>', 'the first digits of its identity')
    .action(async (reference: string, options: Options) => {
      const all = await inventory(options);
      const run = findRun(all, reference);
      say(options, shownRun(all, run), shownText(all, run));
    });
  command('why', 'where a number of a report comes from, and the command that makes it again')
    .argument('<cell>', 'STUDY/ARM, or TABLE/CELL of the paper')
    .addOption(new Option('--tier <tier>', 'of this tier alone').choices(tier.options))
    .option('--variant <name>', 'of this variant alone')
    .option('--seed <n>', 'of this seed alone', (text: string) => seedOf(text))
    .action(async (cell: string, options: Options & Within) => {
      const document = await whyCell(await inventory(options), cell, options);
      say(options, document, whyText(document));
    });
  command('compare', 'what differs between two runs, and what they came to')
    .argument('<run>', 'the first digits of an identity')
    .argument('<other>', 'the first digits of another')
    .action(async (one: string, other: string, options: Options) => {
      const all = await inventory(options);
      const document = comparedRuns(findRun(all, one), findRun(all, other));
      say(options, document, comparedText(document));
    });
  command('verify', 'check every checksum: results, checkpoints, numbers over time').action(
    async (options: Options) => {
      const counts = displaysOn().counts((what) => what);
      const document = await verifyStore(await inventory(options), counts);
      const { runs: count, whole, problems } = document;
      say(options, document, [`${whole} documents and checkpoints of ${count} runs are whole`, ...problems].join('\n'));
      if (problems.length > 0)
        throw new Error(
          `${problems.length} are not as they were written. Such a run goes on from its other checkpoint, or is begun anew with --fresh.`,
        );
    },
  );
  command('clean', 'say what could be removed, and remove it with --yes; never the result of a finished run')
    .option('--checkpoints', 'also checkpoints of finished runs whose evaluations are finished')
    .option('--kept', 'with --checkpoints: also those that `run --keep` asked to stay')
    .option('--yes', 'remove it')
    .action(async (options: Options & Cleaning & { readonly yes?: true }) => {
      if (options.kept === true && options.checkpoints !== true)
        throw new Error('--kept goes with --checkpoints: it says which of them');
      const document = await cleanStore(await inventory(options), options, options.yes === true);
      say(options, document, cleanedText(document));
    });
  program
    .command('schema')
    .description('the JSON Schema of what a command prints with --json')
    .addArgument(new Argument('<command>', 'which').choices(Object.keys(FORMATS)))
    .action((name: keyof typeof FORMATS) => print(JSON.stringify(z.toJSONSchema(FORMATS[name]), null, 2)));
}
