import { relative, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { failuresText } from '../failures.ts';
import { stopWithLauncher } from '../cluster/launch.ts';
import { watchingInterrupt, type Interrupt } from '../interrupt.ts';
import type { Asked } from '../job.ts';
import { terminalQuestion } from '../long-run.ts';
import { displaysOn, NO_DISPLAYS } from '../progress/displays.ts';
import { defaultWorkers } from '../threads.ts';
import { findImport } from '../weights/imports.ts';
import { launchAll, namingProcess, placeOf, type Place } from './place.ts';
import type { Flags } from './flags.ts';
import { Left } from './left.ts';
import { loadExperiment } from './load-experiment.ts';
import { withRunOptions } from './run-options.ts';
import { xlaOptionsOf } from './xla-options-of.ts';
import { selectionOf } from './selection-of.ts';
import { experimentGiven, ROOT, type Surroundings } from './surroundings.ts';

/** `run FILE`: runs an experiment and writes its report. */
export function addRun(program: Command, argv: readonly string[], surroundings: Surroundings): void {
  const run = program
    .command('run')
    .description(
      'run an experiment and write its report; what is finished is not run again, what was interrupted goes on',
    )
    .argument('<file>', 'the experiment, such as experiments/quickstart.experiment.ts, or its name: quickstart');
  withRunOptions(run)
    .option('--fresh', 'run again from the start, even what is finished; without --arm or --seed it asks')
    .option(
      '--continue-from <run[@step]>',
      'go on from a run that differs in its arithmetic, or is shorter where schedules allow it: digits of its identity, or its folder',
    )
    .addOption(
      new Option(
        '--profile',
        'say where the time of a step goes: the dearest ops, and a trace for chrome://tracing or ui.perfetto.dev in the run’s folder',
      ).conflicts('xla'),
    )
    .option(
      '--tensorboard',
      'write event files for TensorBoard, of runs that are finished too: `tensorboard --logdir runs/tensorboard`',
    )
    .option('--dry-run', 'say what would be run and what it costs, by the arithmetic of a traced step; needs no data')
    .action(async (given: string, flags: Flags) => {
      const file = experimentGiven(given);
      const command = argv.map((part) => (part === given ? relative(ROOT, resolve(file)) : part)).join(' ');
      return runFile({ file, flags, command, argv }, surroundings);
    });
}

/** What is run. */
export interface Invocation {
  readonly file: string;
  readonly flags: Flags;
  /** What `run.json` names. */
  readonly command: string;
  /** The same as arguments of the program, for processes that are started with them. */
  readonly argv: readonly string[];
}

/**
 * Runs the experiment of a file as `run` does with such flags, in this process or in several that it starts.
 *
 * @throws Left where runs failed, were interrupted or would take too long
 */
export async function runFile({ file, flags, command, argv }: Invocation, surroundings: Surroundings): Promise<void> {
  const place = placeOf(flags, process.env);
  if (place === 'launches') return launchAll(flags, argv, surroundings);
  stopWithLauncher();
  const { log } = surroundings;
  return namingProcess(place, () =>
    watchingInterrupt(place.isFirst ? log : silent, async (interrupt) => {
      const init =
        flags.init === undefined ? [] : [`init=${(await findImport(flags.init, surroundings.runs)).about.weights}`];
      const given = { ...flags, set: [...(flags.set ?? []), ...init] };
      const asked = askedBy({ flags: given, command, place }, surroundings, interrupt);
      const experiment = await loadExperiment(file, surroundings.atHand);
      // What trains is loaded where something is trained: reports are written without it.
      if (flags.dryRun === true) return (await import('../dry-run.ts')).dryRun({ experiment, ...asked });
      return runAndReport({ experiment, ...asked }, surroundings, place);
    }),
  );
}

const silent = (): void => undefined;

/** What the program's flags ask for. @throws Error for flags that contradict each other */
export function askedBy(
  { flags, command, place }: Pick<Invocation, 'flags' | 'command'> & { readonly place: Place },
  { runs, log }: Surroundings,
  interrupt: Interrupt,
): Omit<Asked, 'experiment'> {
  if (flags.gpuMemory !== undefined && flags.gpu === undefined)
    throw new Error('--gpu-memory goes with --gpu: it says how much of its memory is taken');
  const xlaOptions = xlaOptionsOf(flags);
  const ask = place.isFirst ? terminalQuestion(interrupt.signal) : undefined;
  const { threads = place.cores } = flags;
  return {
    selection: selectionOf(flags),
    machine: {
      device: flags.gpu === undefined ? 'cpu' : 'gpu',
      ...(typeof flags.gpu === 'number' && { gpu: flags.gpu }),
      ...(flags.gpuMemory !== undefined && { gpuMemoryBytes: flags.gpuMemory }),
      precision: flags.precision,
      xla: flags.xla === true,
      ...(xlaOptions && { xlaOptions }),
      deterministic: flags.deterministic,
      ...(threads !== undefined && { threads }),
      workers: flags.workers ?? defaultWorkers(place.cores),
      ...(flags.microBatch !== undefined && { microBatch: flags.microBatch }),
      ...(place.cluster && { cluster: place.cluster }),
    },
    ...(flags.continueFrom !== undefined && { continueFrom: flags.continueFrom }),
    session: {
      runs,
      command,
      fresh: flags.fresh === true,
      force: flags.force === true,
      maxHours: flags.maxHours,
      ...(flags.keep !== undefined && { keepEvery: flags.keep }),
      profile: flags.profile === true,
      tensorboard: flags.tensorboard === true,
      fullDisk: flags.fullDisk,
      ...(ask !== undefined && { ask }),
      log: place.isFirst ? log : silent,
      displays: place.isFirst ? displaysOn() : NO_DISPLAYS,
      interrupt,
    },
  };
}

/** @throws Left where runs failed, were interrupted or would take too long */
async function runAndReport(asked: Asked, surroundings: Surroundings, { isFirst }: Place): Promise<void> {
  const { runExperiment } = await import('../run-experiment.ts');
  const { plan, interrupted, signalled, failures, all, refused } = await runExperiment(asked);
  const failed = failures.length > 0 ? failuresText(failures, all) : undefined;
  if (interrupted) {
    if (failed !== undefined) surroundings.log(failed);
    throw new Left(isFirst ? 'Interrupted. The same command goes on from here (without --fresh).' : '', signalled);
  }
  if (!isFirst) return;
  const { writeReport } = await import('./write-report.ts');
  await writeReport(plan, surroundings);
  const left = [failed, refused].filter((text) => text !== undefined);
  if (left.length > 0) throw new Error(left.join('\n'), { cause: failures[0]?.error });
}
