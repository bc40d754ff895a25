import { relative, resolve, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, Plan } from '@spatial-ensemble/record';
import { Command, Option } from 'commander';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { PLAN_FILE, readResults } from '@spatial-ensemble/store';
import type { Selection } from '@spatial-ensemble/study';
import { acceptResults } from './accept.ts';
import { refreshPlans } from './accepted-plans.ts';
import { atLeastOne, collect, hours, seedOf, threadsOf, workersOf } from './arguments.ts';
import { failuresText } from './failures.ts';
import { INTERRUPTED, watchInterrupt } from './interrupt.ts';
import { loadExperiment } from './load-experiment.ts';
import { reportsCommand } from './reports.ts';

const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
/** Runs and the reports of a user's own runs; git ignores it. */
const RUNS = resolve(process.env['SPATIAL_ENSEMBLE_RUNS'] || join(ROOT, 'runs'));

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Says why the program ends, on the screen and to a caller that would bury it: Nx writes a summary of its own. */
function leave(text: string): void {
  log(text);
  const file = process.env['SPATIAL_ENSEMBLE_LAST_WORDS'];
  if (file !== undefined) appendFileSync(file, `${[whatRuns(), text].filter(Boolean).join(': ')}\n`);
}

/** The experiment's name, where one is run. */
function whatRuns(): string | undefined {
  return process.argv.map((part) => /([^/\\]+)\.experiment\.ts$/.exec(part)?.[1]).find((name) => name !== undefined);
}

function experimentFile(name: string): string {
  const file = join(ROOT, 'experiments', `${name}.experiment.ts`);
  if (!existsSync(file))
    throw new Error(`there is no experiment ${name}: experiments/${name}.experiment.ts is missing`);
  return file;
}

function allExperiments(): string[] {
  const folder = join(ROOT, 'experiments');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.experiment.ts'))
    .toSorted()
    .map((file) => join(folder, file));
}

interface RunFlags {
  readonly tier?: NonNullable<Selection['tier']>;
  readonly variant?: string;
  readonly set?: readonly string[];
  readonly arm?: readonly string[];
  readonly seed?: readonly number[];
  readonly fresh?: true;
  readonly force?: true;
  readonly gpu?: true;
  readonly threads?: number;
  readonly workers?: number;
  readonly precision: 'float32' | 'tf32' | 'bfloat16';
  readonly xla?: true;
  readonly deterministic: boolean;
  readonly microBatch?: number;
  readonly maxHours: number;
  readonly dryRun?: true;
}

async function run(file: string, flags: RunFlags): Promise<void> {
  // What trains is loaded where something is trained: reports are written without it.
  const { dryRun, runExperiment, terminalQuestion } = await import('./run-experiment.ts');
  const experiment = await loadExperiment(file);
  const selection: Selection = {
    ...(flags.tier !== undefined && { tier: flags.tier }),
    ...(flags.variant !== undefined && { variant: flags.variant }),
    ...(flags.arm !== undefined && { arms: flags.arm }),
    ...(flags.seed !== undefined && { seeds: flags.seed }),
    overrides: flags.set ?? [],
  };
  const microBatch = flags.microBatch !== undefined && { microBatch: flags.microBatch };
  const machine = {
    device: flags.gpu === true ? 'gpu' : 'cpu',
    precision: flags.precision,
    xla: flags.xla === true,
    ...(flags.threads !== undefined && { threads: flags.threads }),
    ...(flags.workers !== undefined && { workers: flags.workers }),
    ...microBatch,
    force: flags.force === true,
    runs: RUNS,
    log,
  } as const;
  if (flags.dryRun === true) return dryRun(experiment, { ...selection, ...machine });
  const outcome = await runExperiment(experiment, {
    ...selection,
    ...machine,
    fresh: flags.fresh === true,
    deterministic: flags.deterministic,
    maxHours: flags.maxHours,
    ...terminalQuestion(),
    command: process.argv
      .slice(2)
      .map((part) => (part === file ? relative(ROOT, resolve(file)) : part))
      .join(' '),
    interrupt: watchInterrupt(log),
  });
  const failed = outcome.failures.length > 0 && failuresText(outcome.failures, outcome.all);
  if (outcome.interrupted) {
    if (failed) log(failed);
    leave('Interrupted. The same command goes on from here (without --fresh).');
    process.exitCode = INTERRUPTED;
    return;
  }
  await writeReport(outcome.plan);
  const left = [failed, outcome.refused].filter((text) => typeof text === 'string');
  if (left.length > 0) throw new Error(left.join('\n'), { cause: outcome.failures[0]?.error });
}

async function writeReport(plan: Plan): Promise<void> {
  const { generateReport, summary } = await import('@spatial-ensemble/report');
  const { name } = plan.study;
  const report = join(RUNS, 'reports', name);
  const results = await readResults(join(RUNS, name));
  await generateReport(results, plan, report);
  for (const line of summary(results, plan)) log(line);
  log(`Report: ${join(report, 'index.md')}`);
}

const program = new Command('spatial-ensemble')
  .description('Runs experiments, writes their reports, accepts their results.')
  .configureOutput({ outputError: (text) => leave(text.trimEnd()) })
  .showHelpAfterError('(--help lists what there is)');
program
  .command('run')
  .description(
    'run an experiment and write its report; what is finished is not run again, what was interrupted goes on',
  )
  .argument('<file>', 'the experiment, such as experiments/quickstart.experiment.ts')
  .addOption(
    new Option('--tier <tier>', 'default: the first that the experiment declares').choices(['paper', 'small', 'smoke']),
  )
  .option('--variant <name>', 'a variant of the experiment; default: the first')
  .option(
    '--set <key=value>',
    'change one value of the spec; of the data with `data.` in front, of an evaluation with `evaluations.NAME.`; may be repeated',
    collect(String),
  )
  .option('--arm <name>', 'run this arm only; may be repeated', collect(String))
  .option('--seed <n>', 'run this seed only; may be repeated', collect(seedOf))
  .option('--fresh', 'run again from the start, even what is finished')
  .option('--force', 'start what surely cannot fit into memory or on the disk, too')
  .option('--gpu', 'run on a GPU')
  .option('--threads <n>', 'threads, inside an op and between ops; default: the number of cores', threadsOf)
  .option('--workers <n>', 'threads that load and augment images; default: one less than there are cores', workersOf)
  .option(
    '--micro-batch <n>',
    'images that pass through the network at once, for methods that add up their gradient; saves memory',
    atLeastOne,
  )
  .addOption(
    new Option(
      '--precision <type>',
      'of convolutions and matrix products; tf32: faster on NVIDIA GPUs from Ampere on; bfloat16: of activations too',
    )
      .choices(['float32', 'tf32', 'bfloat16'])
      .default('float32'),
  )
  .option('--xla', 'compile with XLA')
  .option('--no-deterministic', 'on a GPU: faster kernels, whose last bits differ from run to run')
  .addOption(
    new Option(
      '--max-hours <hours>',
      'after 20 measured steps, a run that is planned to take longer asks, or stops where nobody can be asked',
    )
      .argParser(hours)
      .default(12),
  )
  .option('--dry-run', 'say what would be run and what it costs, by the arithmetic of a traced step; needs no data')
  .action(run);
program
  .command('report')
  .description('write the report of an experiment again, from the runs that are there')
  .argument('<experiment>', 'its name')
  .action(async (name: string) => {
    const file = join(RUNS, name, PLAN_FILE);
    if (!existsSync(file))
      throw new Error(`there are no runs of ${name}; \`npx nx run experiments:${name}\` makes them`);
    await writeReport(parse(Plan, JSON.parse(readFileSync(file, 'utf8')), file));
  });
program.addCommand(reportsCommand(log));
program
  .command('accept')
  .description('copy the complete results of an experiment to experiments/results')
  .argument('<experiment>', 'its name')
  .action(async (name: string) => {
    const { copied, removed, notes } = await acceptResults(
      await loadExperiment(experimentFile(name)),
      RUNS,
      join(ROOT, 'experiments', 'results'),
    );
    for (const note of notes) log(note);
    log(
      `Accepted ${copied} results of ${name}${removed > 0 ? `, removed ${removed} that it no longer declares` : ''}. \`npx nx run reports:all\` puts them into reports/.`,
    );
  });
program
  .command('plans')
  .description('write the plans beside the accepted results again, as the experiments declare them now')
  .action(async () => {
    const names = await refreshPlans(join(ROOT, 'experiments', 'results'), (name) =>
      loadExperiment(experimentFile(name)),
    );
    log(`Plans of ${names.join(', ')}. \`npx nx run reports:all\` shows what is stale.`);
  });
program
  .command('fingerprint')
  .description('check that what methods compute is what was committed under their versions')
  .argument('[files...]', 'experiments; default: all')
  .option('--write', 'bring experiments/fingerprints.json up to date, where versions allow it')
  .action(async (files: readonly string[], { write }: { readonly write?: true }) => {
    const experiments = await Promise.all(
      (files.length > 0 ? files : allExperiments()).map((one) => loadExperiment(one)),
    );
    const { checkFingerprints } = await import('./fingerprint.ts');
    await checkFingerprints(experiments, join(ROOT, 'experiments', 'fingerprints.json'), write === true);
    log('The fingerprints are up to date.');
  });

try {
  await program.parseAsync();
} catch (error) {
  leave(error instanceof Error ? error.message : String(error));
  if (process.env['SPATIAL_ENSEMBLE_STACK'] !== undefined) throw error;
  process.exitCode = 1;
}
