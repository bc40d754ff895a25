import { fileURLToPath, pathToFileURL } from 'node:url';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { acceptResults } from './command/accept.ts';
import { runExperiment, type RunOptions } from './command/run-experiment.ts';
import type { Experiment } from './study/experiment.ts';

const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
/** Runs and the reports of a user's own runs; git ignores it. */
const RUNS = resolve(process.env['SPATIAL_ENSEMBLE_RUNS'] ?? join(ROOT, 'runs'));
const INTERRUPTED = 130;

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
}

function collect<T>(read: (text: string) => T): (text: string, before: readonly T[] | undefined) => readonly T[] {
  return (text, before) => [...(before ?? []), read(text)];
}

async function load(file: string): Promise<Experiment> {
  const path = resolve(file);
  if (!existsSync(path)) throw new Error(`there is no experiment file ${file}`);
  const { default: experiment } = (await import(pathToFileURL(path).href)) as { default?: Experiment };
  if (experiment?.study === undefined) throw new Error(`${file} must export what defineExperiment gives, by default`);
  return experiment;
}

/** True once Ctrl-C was pressed; pressed twice it ends at once. */
function watchInterrupt(log: (line: string) => void): () => boolean {
  let interrupted = false;
  process.on('SIGINT', () => {
    if (interrupted) process.exit(INTERRUPTED);
    interrupted = true;
    log('Stopping after this step; press Ctrl-C again to stop at once.');
  });
  return () => interrupted;
}

interface RunFlags {
  readonly tier?: RunOptions['tier'];
  readonly variant?: string;
  readonly set?: readonly string[];
  readonly arm?: readonly string[];
  readonly seed?: readonly number[];
  readonly fresh?: boolean;
  readonly gpu?: boolean;
  readonly threads?: number;
  readonly bf16?: boolean;
  readonly xla?: boolean;
}

async function run(file: string, flags: RunFlags): Promise<void> {
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const experiment = await load(file);
  const outcome = await runExperiment(experiment, {
    ...(flags.tier !== undefined && { tier: flags.tier }),
    ...(flags.variant !== undefined && { variant: flags.variant }),
    ...(flags.arm !== undefined && { arms: flags.arm }),
    ...(flags.seed !== undefined && { seeds: flags.seed }),
    overrides: flags.set ?? [],
    fresh: flags.fresh === true,
    device: flags.gpu === true ? 'gpu' : 'cpu',
    precision: flags.bf16 === true ? 'bfloat16' : 'float32',
    xla: flags.xla === true,
    ...(flags.threads !== undefined && { threads: flags.threads }),
    runs: RUNS,
    log,
    interrupted: watchInterrupt(log),
  });
  const { name } = experiment.study;
  if (outcome.interrupted) {
    log(`Interrupted. The same command goes on from here; --fresh begins anew.`);
    process.exitCode = INTERRUPTED;
    return;
  }
  const { generateReport, readResults } = await import('@spatial-ensemble/report');
  const report = join(RUNS, 'reports', name);
  await generateReport(await readResults(outcome.folder), outcome.plan, report);
  log(`Report: ${join(report, 'index.md')}`);
}

const program = new Command('spatial-ensemble').description('Runs experiments and accepts their results.').showHelpAfterError();
program
  .command('run')
  .description('run an experiment and write its report')
  .argument('<file>', 'the experiment, such as experiments/quickstart.experiment.ts')
  .option('--tier <tier>', 'paper, small or smoke; default: the first that the experiment declares')
  .option('--variant <name>', 'a variant of the experiment; default: the first')
  .option('--set <key=value>', 'change one value of the spec, or of the data with `data.` in front; may be repeated', collect(String))
  .option('--arm <name>', 'run this arm only; may be repeated', collect(String))
  .option('--seed <n>', 'run this seed only; may be repeated', collect(whole))
  .option('--fresh', 'run again from the start, even what is finished')
  .option('--gpu', 'run on a GPU')
  .option('--threads <n>', 'threads, inside an op and between ops; default: the number of cores', whole)
  .option('--bf16', 'activations in bfloat16')
  .option('--xla', 'compile with XLA')
  .action(run);
program
  .command('accept')
  .description('copy the complete results of an experiment to experiments/results')
  .argument('<experiment>', 'its name')
  .action(async (name: string) => {
    const count = await acceptResults(RUNS, join(ROOT, 'experiments', 'results'), name);
    process.stderr.write(`Accepted ${count} results of ${name}. \`npx nx run reports:all\` puts them into reports/.\n`);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (process.env['SPATIAL_ENSEMBLE_STACK'] !== undefined) throw error;
  process.exitCode = 1;
}
