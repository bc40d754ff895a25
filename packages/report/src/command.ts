import { resolve } from 'node:path';

import { Command } from 'commander';

import { buildCatalogue } from './catalogue.ts';
import { drift, type Files, writeFiles } from './files.ts';
import { buildReport } from './report.ts';
import { readPlans, readResults, readTables } from './read-results.ts';

interface Options {
  readonly out: string;
  readonly check?: true;
  readonly png?: true;
}

/** The command line; an error rejects the promise of `parseAsync`. */
export function reportCommand(): Command {
  const program = new Command('report').description(
    'Tables, figures and pages from results. Trains nothing and loads no network.',
  );
  addAll(program);
  addStudy(program);
  return program;
}

function addAll(program: Command): void {
  program
    .command('all')
    .description('all studies whose results were accepted')
    .option('--results <folder>', 'accepted results', 'experiments/results')
    .option('--tables <folder>', 'what is published about the paper’s tables', 'experiments/tables')
    .option('--out <folder>', 'where the reports go', 'reports')
    .option('--check', 'write nothing; fail where the folder differs from what would be written')
    .option('--png', 'PNG copies of the figures too')
    .action(async (options: Options & { readonly results: string; readonly tables: string }) => {
      const plans = await readPlans(options.results);
      const studies = await Promise.all(
        plans.map(async ({ plan, folder }) => ({ plan, results: await readResults(folder) })),
      );
      const files = await buildCatalogue(studies, await readTables(options.tables), options.out, {
        png: options.png === true,
      });
      await deliver(files, options);
    });
}

function addStudy(program: Command): void {
  program
    .command('study')
    .description('one study: a folder with its study.json, and the results below it or elsewhere')
    .argument('<folder>', 'the folder that holds study.json')
    .requiredOption('--out <folder>', 'where the report goes')
    .option('--results <folder>', 'where the results are; the same folder unless given')
    .option('--check', 'write nothing; fail where the folder differs from what would be written')
    .option('--png', 'PNG copies of the figures too')
    .action(async (folder: string, options: Options & { readonly results?: string }) => {
      const plans = await readPlans(folder);
      const [found] = plans;
      if (found === undefined)
        throw new Error(`no study.json below ${resolve(folder)}. A run of the experiment writes it.`);
      if (plans.length > 1)
        throw new Error(`more than one study.json below ${resolve(folder)}; name the folder of one study`);
      const results = await readResults(options.results ?? folder);
      await deliver(await buildReport(results, found.plan, options.out, { png: options.png === true }), options);
    });
}

async function deliver(files: Files, { out, check }: Options): Promise<void> {
  if (check !== true) {
    await writeFiles(files, out);
    console.log(`${files.size} files in ${resolve(out)}`);
    return;
  }
  const differences = await drift(files, out);
  if (differences.length === 0) return console.log(`${files.size} files in ${resolve(out)} are up to date`);
  throw new Error(
    `${resolve(out)} is out of date:\n${differences.map((line) => `  ${line}`).join('\n')}\nRun npx nx run reports:all and commit.`,
  );
}
