import { dirname, join, resolve } from 'node:path';

import { reportsCommand } from '@spatial-ensemble/record';
import { buildCatalogue, buildReport, drift, type Files, writeFiles } from '@spatial-ensemble/report';
import { readPlans, readResults, readTables } from '@spatial-ensemble/store';
import type { Command } from 'commander';

import { sourceMarks } from './source-marks.ts';
import { EXPERIMENTS_HERE, RESULTS_HERE, type Surroundings } from './surroundings.ts';

interface Options {
  readonly out: string;
  readonly check?: true;
  readonly png?: true;
}

/** `spatial-ensemble reports`: pages of results that are there. Trains nothing and loads no method; an error rejects the promise of `parseAsync`. */
export function addReports(program: Command, _argv: readonly string[], { log }: Surroundings): void {
  program
    .command('reports')
    .description('write tables, figures and pages from accepted results, or of one study from a folder of results')
    .argument('[folder]', 'a folder that holds study.json, for that study alone; default: all accepted results')
    .option(
      '--results <folder>',
      `where the results are; default: ${RESULTS_HERE}, or the store in which the folder of the study lies`,
    )
    .option('--tables <folder>', 'what is published about the paper’s tables', join(EXPERIMENTS_HERE, 'tables'))
    .option('--out <folder>', 'where the reports go', 'reports')
    .option('--check', 'write nothing; fail where the folder differs from what would be written')
    .option('--png', 'PNG copies of the figures too')
    .action(
      async (
        folder: string | undefined,
        options: Options & { readonly results?: string; readonly tables: string },
      ): Promise<void> => {
        const { results, tables, out, png = false } = options;
        await deliver(
          folder === undefined
            ? await ofAll(results ?? RESULTS_HERE, tables, out, png)
            : await ofStudy(folder, results ?? dirname(resolve(folder)), out, png),
          options,
          log,
        );
      },
    );
}

async function ofAll(results: string, tables: string, out: string, png: boolean): Promise<Files> {
  const plans = await readPlans(results);
  const found = await readResults(results);
  const studies = plans.map(({ plan }) => ({ plan, results: found }));
  return buildCatalogue(studies, await readTables(tables), out, {
    png,
    marks: await sourceMarks('.'),
    from: { results, tables },
  });
}

async function ofStudy(folder: string, results: string, out: string, png: boolean): Promise<Files> {
  const [found, ...others] = await readPlans(folder);
  if (found === undefined)
    throw new Error(`no study.json below ${resolve(folder)}. A run of the experiment writes it.`);
  if (others.length > 0)
    throw new Error(`more than one study.json below ${resolve(folder)}; name the folder of one study`);
  return buildReport(await readResults(results), found.plan, out, { png });
}

async function deliver(files: Files, { out, check }: Options, log: (line: string) => void): Promise<void> {
  if (check !== true) {
    await writeFiles(files, out);
    log(`${files.size} files in ${resolve(out)}`);
    return;
  }
  const differences = await drift(files, out);
  if (differences.length === 0) return log(`${files.size} files in ${resolve(out)} are up to date`);
  throw new Error(
    `${resolve(out)} is out of date:\n${differences.map((line) => `  ${line}`).join('\n')}\nRun ${reportsCommand()} and commit.`,
  );
}
