import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { useTensorFlow, type TensorFlowInfo } from '@spatial-ensemble/engine';
import { seeds } from '@spatial-ensemble/random';
import { writeFinal } from '@spatial-ensemble/files';
import { changedCostLines } from './changed-cost.ts';
import { findNeed, isNeedy, type NeedOptions } from './check-need.ts';
import { meetsAll, type Failure } from './failures.ts';
import { askToGoOn, MEASURED_STEPS, planFrom, tooLong } from './long-run.ts';
import { marginLines } from './measures-text.ts';
import { precisionNote, refusePrecision } from './precision.ts';
import { showCounts } from './progress.ts';
import { runOne, type StoredRun } from './run-one.ts';
import { checkThreads } from './threads.ts';
import type { DataSpec } from '@spatial-ensemble/datasets';
import { Plan, UnusableRun } from '@spatial-ensemble/record';
import { readStored, PLAN_FILE } from '@spatial-ensemble/store';
import {
  allRuns,
  announce,
  costLines,
  declaredCost,
  knownBefore,
  planOf,
  resolveRuns,
  type Selection,
  type StepFlops,
} from '@spatial-ensemble/study';
import { knownOf, loadOnce, type Pace, prepareData, type RunData } from '@spatial-ensemble/training';
import { beginAnew } from './begin-anew.ts';
import { checkRuns } from './check-runs.ts';
import { countSteps, flopsOf, type StepCounts } from './cost.ts';
import { boundRun } from './bound-run.ts';
import type { Experiment, ResolvedRun } from './experiment.ts';
import { peakMemoryMb } from './run-info.ts';
import type { RunOptions } from './run-options.ts';

/** What became of an experiment's runs. */
export interface ExperimentOutcome {
  readonly plan: Plan;
  /** Where results lie: `runs/<study>`. */
  readonly folder: string;
  readonly interrupted: boolean;
  /** Runs that ended with an error, and how many there were to do. */
  readonly failures: readonly Failure[];
  readonly all: number;
  /** Why a run was left after its first steps: it would take too long. */
  readonly refused?: string;
}

/** Says what a selection would run, and what that costs; needs no images and writes nothing. */
export async function dryRun(
  experiment: Experiment,
  options: Pick<RunOptions, 'log' | 'threads' | 'force'> & NeedOptions & Selection,
): Promise<void> {
  const { log, microBatch } = options;
  const runs = resolveRuns(experiment, options);
  checkRuns(experiment, runs, (run) => knownBefore(run.data as DataSpec));
  if (options.force !== true) checkThreads(options);
  if (microBatch !== undefined) for (const run of runs) refuseMicroBatch(run, microBatch);
  for (const line of announce(experiment.study, runs)) log(line);
  for (const { arm, seed, steps, evaluations, changed } of runs) {
    const parts = [
      `${steps.toLocaleString('en-US')} steps`,
      ...evaluations.map((one) => `${one.evaluation}: ${one.steps.toLocaleString('en-US')} steps`),
    ];
    log(`- ${arm}, seed ${seed}: ${parts.join('; ')}${changed === undefined ? '' : ' (changed by --set)'}`);
  }
  await useTensorFlow();
  const counted = countOnce(runs[0]!, options);
  const flops = flopsIn(counted);
  for (const line of costLines(experiment.study, runs, await flops())) log(line);
  const need = await findNeed({ experiment, runs, counted: await counted(), options });
  log(need.line);
  if (need.cannot !== undefined) log(need.cannot);
  for (const line of await changedCostLines(experiment, options, runs, flops)) log(line);
}

/** @throws Error if a run cannot pass its batch through the network in such parts */
function refuseMicroBatch(run: ResolvedRun, microBatch: number): void {
  const { method } = run;
  if (method.accumulates !== true)
    throw new Error(
      `--micro-batch: ${method.name} cannot add up its gradient over micro-batches: its batch norm normalises the whole batch together, and every gradient depends on those statistics. Train on a smaller batch.`,
    );
  boundRun(run, { microBatch });
}

/**
 * Runs what a selection asks for, each run and then its evaluations; a run that is finished is not run again. A run
 * that fails for itself (it diverged, an image is damaged) is among the outcome's failures, and the others are run.
 *
 * @throws Error for what is wrong with all: before the first run, or where nothing more can be written
 */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<ExperimentOutcome> {
  const { log, interrupt } = options;
  const { study } = experiment;
  refusePrecision(options);
  const runs = resolveRuns(experiment, options);
  const all = allRuns(runs);
  checkRuns(experiment, runs, (run) => knownBefore(run.data as DataSpec));
  if (options.force !== true) checkThreads(options);
  if (options.microBatch !== undefined) for (const run of runs) refuseMicroBatch(run, options.microBatch);
  for (const line of announce(study, runs)) log(line);
  const data = await loadAll(experiment, runs, all, log);
  const threads = options.threads === undefined ? undefined : { intra: options.threads, inter: options.threads };
  const info = await useTensorFlow({
    device: options.device,
    deterministic: options.deterministic && options.device === 'gpu',
    tensorFloat32: options.precision === 'tf32',
    ...(threads && { threads }),
  });
  const note = precisionNote(info, options.precision);
  if (note !== undefined) log(note);
  const counted = countOnce(runs[0]!, options);
  const flops = flopsIn(counted);
  if (isNeedy(runs[0]!)) {
    const gpuBytes = info.device.memoryBytes;
    const need = await findNeed({ experiment, runs, counted: await counted(), data, gpuBytes, options });
    log(need.line);
    if (need.cannot !== undefined && options.force !== true) throw new Error(need.cannot);
  }
  if (isCounted(study, runs[0]!)) for (const line of costLines(study, runs, await flops())) log(line);
  else for (const line of await changedCostLines(experiment, options, runs, flops)) log(line);
  const folder = join(options.runs, study.name);
  const plan = await writePlan(experiment, runs, folder);
  const { refused, failures } = await runAll(experiment, runs, data, info, flops, options);
  const ended = { interrupted: interrupt.requested(), failures, all: all.length };
  return { plan, folder, ...ended, ...(refused !== undefined && { refused }) };
}

/** Loads the images of all runs, so that nothing is begun that would fail on the way. */
async function loadAll(
  experiment: Experiment,
  runs: readonly ResolvedRun[],
  all: readonly ResolvedRun[],
  log: RunOptions['log'],
): Promise<ReadonlyMap<ResolvedRun, RunData>> {
  const { study } = experiment;
  const load = loadOnce(
    showCounts((folder) => `indexing ${folder}`),
    log,
  );
  const loaded = new Map<ResolvedRun, RunData>();
  try {
    for (const run of all) loaded.set(run, await prepareData(run.data, seeds(run.seeds).split, load));
  } catch (error) {
    const cost = isCounted(study, runs[0]!) ? await tracedCost(study, runs) : [];
    throw new Error([(error as Error).message, ...cost, 'Nothing was run or written.'].join('\n'), { cause: error });
  }
  checkRuns(experiment, runs, (run) => ({ data: knownOf(loaded.get(run)!) }));
  return loaded;
}

/** Whether the cost of a run is told by its arithmetic; one of seconds is not worth the tracing. */
function isCounted(study: Experiment['study'], run: ResolvedRun): boolean {
  return run.tier !== 'smoke' && declaredCost(study, run).flopPerSecond !== undefined;
}

/** What runs would cost; nothing where TensorFlow is not here to trace them either. */
async function tracedCost(study: Experiment['study'], runs: readonly ResolvedRun[]): Promise<string[]> {
  try {
    await useTensorFlow();
    return costLines(study, runs, flopsOf(await countSteps(runs[0]!)));
  } catch {
    return [];
  }
}

interface Counted {
  readonly steps: StepCounts;
  /** Bytes that the process holds besides the states that were made to count. */
  readonly processBytes: number;
}

function countOnce(run: ResolvedRun, { microBatch }: Pick<RunOptions, 'microBatch'>): () => Promise<Counted> {
  const count = async (): Promise<Counted> => {
    const before = process.memoryUsage.rss();
    const steps = await countSteps(run, microBatch === undefined ? undefined : { microBatch });
    // What was freed may still be the process's, and is used again.
    const states = [...steps.values()].reduce((sum, { stateBytes }) => sum + stateBytes, 0);
    return { steps, processBytes: Math.max(before, process.memoryUsage.rss() - states) };
  };
  let counted: Promise<Counted> | undefined;
  return () => (counted ??= count());
}

function flopsIn(counted: () => Promise<Counted>): () => Promise<StepFlops> {
  return async () => flopsOf((await counted()).steps);
}

async function writePlan(experiment: Experiment, runs: readonly ResolvedRun[], folder: string): Promise<Plan> {
  const file = join(folder, PLAN_FILE);
  const before = existsSync(file) ? await readStored(file, (value) => Plan.safeParse(value).data) : undefined;
  const plan = planOf(experiment, runs, before);
  await writeFinal(file, `${JSON.stringify(plan, null, 2)}\n`);
  return plan;
}

/** @returns why a run was left, if one was, and which runs failed. */
async function runAll(
  experiment: Experiment,
  runs: readonly ResolvedRun[],
  data: ReadonlyMap<ResolvedRun, RunData>,
  info: TensorFlowInfo,
  counted: () => Promise<StepFlops>,
  options: RunOptions,
): Promise<{ readonly refused?: string; readonly failures: readonly Failure[] }> {
  const { log, interrupt } = options;
  const all = allRuns(runs);
  const failures: Failure[] = [];
  const paces = new Map<string | undefined, number>();
  let refused: string | undefined;
  const start = async (run: ResolvedRun, from?: StoredRun): Promise<StoredRun | undefined> => {
    const place = all.indexOf(run);
    const kind = run.evaluation === undefined ? '' : `, ${run.evaluation}`;
    const title = `[${place + 1}/${all.length}] ${run.arm}, seed ${run.seed}${kind}`;
    const goOn = async (pace: Pace): Promise<boolean> => {
      const later = all.slice(place + 1);
      const unknown = later.some(({ evaluation }) => evaluation !== run.evaluation && !paces.has(evaluation));
      const flops = run.evaluation === undefined && unknown ? await counted() : new Map();
      const plan = planFrom({ run, pace, paces, later, flops, peakMemoryMb: peakMemoryMb() });
      // One run of a kind tells of the others; one that is too long is told of in any case.
      if (!paces.has(run.evaluation) || plan.left > options.maxHours) for (const line of plan.lines) log(line);
      paces.set(run.evaluation, pace.stepMs);
      if (plan.left <= options.maxHours) return true;
      const why = tooLong(title, plan.left, options.maxHours);
      if (options.ask !== undefined && (await options.ask(`${why}\nGo on now?`))) return true;
      refused = why;
      return false;
    };
    const one = { run, data: data.get(run)!, title, info, ...(from && { from }) };
    try {
      return await runOne(experiment, { ...one, pace: { steps: MEASURED_STEPS + 1, goOn } }, options);
    } catch (error) {
      if (meetsAll(error))
        throw new Error(
          `${title}: ${(error as Error).message}\nOnce that is put right, the same command goes on from the last checkpoint (without --fresh).`,
          { cause: error },
        );
      const failure = { title, error: withAdvice(error as Error, run) };
      failures.push(failure);
      log(`${title} failed: ${failure.error.message}`);
      return undefined;
    }
  };
  for (const run of runs) {
    if (interrupt.requested()) break;
    const stored = await start(run);
    if (stored === undefined) continue;
    const measures = [...stored.result.measures];
    for (const evaluation of run.evaluations) {
      if (refused !== undefined || interrupt.requested() || stored.result.status !== 'complete') break;
      measures.push(...((await start(evaluation, stored))?.result.measures ?? []));
    }
    for (const line of marginLines(measures)) log(`${run.arm}, seed ${run.seed}: ${line}`);
    if (refused !== undefined) return { refused, failures };
  }
  return { failures };
}

/** Says how a run is begun anew that cannot be gone on with. */
function withAdvice(error: Error, run: ResolvedRun): Error {
  if (!(error instanceof UnusableRun)) return error;
  const advice = `To begin this run anew, and no other: the same command with ${beginAnew(run)}.`;
  return new Error(`${error.message}\n${advice}`, { cause: error });
}

/** Asks on the terminal, where there is one. */
export function terminalQuestion(): Pick<RunOptions, 'ask'> {
  return process.stdin.isTTY && process.stderr.isTTY ? { ask: (question) => askToGoOn(question) } : {};
}
