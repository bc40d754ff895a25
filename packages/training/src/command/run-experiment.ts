import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { useTensorFlow, type TensorFlowInfo } from '@spatial-ensemble/engine';
import { seeds } from '@spatial-ensemble/random';
import { identity, parse, Plan, RunSpec, shortIdentity } from '@spatial-ensemble/record';
import writeFileAtomic from 'write-file-atomic';
import { loadOnce, prepareData, type RunData } from '../data.ts';
import { arithmeticOf } from '../run/arithmetic.ts';
import { claimRun } from '../run/claim.ts';
import { trainRun } from '../run/loop.ts';
import { resultOf } from '../run/result.ts';
import { runInfo } from '../run/run-info.ts';
import { finishedResult, runFolder, secondsSoFar, writeResult } from '../run/store.ts';
import type { Experiment } from '../study/experiment.ts';
import { planOf } from '../study/plan.ts';
import { resolveRuns, type ResolvedRun, type Selection } from '../study/resolve.ts';
import { announce } from './announce.ts';
import type { Interrupt } from './interrupt.ts';
import { describeTiming, showProgress } from './progress.ts';

/** How an experiment is run; none of it is part of what is declared. */
export interface RunOptions extends Selection {
  readonly fresh: boolean;
  readonly device: 'cpu' | 'gpu';
  readonly precision: 'float32' | 'bfloat16';
  readonly xla: boolean;
  /** Kernels that give the same bits every time; on a CPU they always do. */
  readonly deterministic: boolean;
  readonly threads?: number;
  /** Threads that load and augment images; the result does not depend on it. */
  readonly workers?: number;
  /** Where runs live. */
  readonly runs: string;
  /** The command, for `run.json`. */
  readonly command: string;
  readonly log: (line: string) => void;
  readonly interrupt: Interrupt;
}

/** What became of an experiment's runs. */
export interface ExperimentOutcome {
  readonly plan: Plan;
  /** Where results lie: `runs/<study>`. */
  readonly folder: string;
  readonly interrupted: boolean;
}

/** The plan of a study's runs, in its folder of the run store. */
export const PLAN_FILE = 'study.json';

/** A run and its images: all that can be wrong with either was found. */
interface ReadyRun {
  readonly run: ResolvedRun;
  readonly data: RunData;
}

/** Runs what a selection asks for, one run after the other; a run that is finished is not run again. */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<ExperimentOutcome> {
  const { log, interrupt } = options;
  const runs = resolveRuns(experiment, options);
  for (const line of announce(experiment.study, runs)) log(line);
  const load = loadOnce();
  const ready: ReadyRun[] = [];
  for (const run of runs) ready.push({ run, data: await prepareData(run.data, seeds(run.seed).split, load) });
  const threads = options.threads === undefined ? undefined : { intra: options.threads, inter: options.threads };
  const info = await useTensorFlow({
    device: options.device,
    deterministic: options.deterministic && options.device === 'gpu',
    ...(threads && { threads }),
  });
  const folder = join(options.runs, experiment.study.name);
  const plan = await writePlan(experiment, runs, folder);
  for (const [i, { run, data }] of ready.entries()) {
    if (interrupt.requested()) break;
    await runOne(experiment, run, data, info, options, `[${i + 1}/${runs.length}] ${run.arm}, seed ${run.seed}`);
  }
  return { plan, folder, interrupted: interrupt.requested() };
}

async function writePlan(experiment: Experiment, runs: readonly ResolvedRun[], folder: string): Promise<Plan> {
  const file = join(folder, PLAN_FILE);
  const before = existsSync(file) ? Plan.safeParse(JSON.parse(await readFile(file, 'utf8'))).data : undefined;
  const plan = planOf(experiment, runs, before);
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(plan, null, 2)}\n`);
  return plan;
}

async function runOne(
  { study, method }: Experiment,
  run: ResolvedRun,
  data: RunData,
  info: TensorFlowInfo,
  options: RunOptions,
  title: string,
): Promise<void> {
  const { log, interrupt, fresh, precision, xla } = options;
  const what = `the run of ${study.name}, arm ${run.arm}`;
  const runSpec = parse(
    RunSpec,
    {
      study: study.name,
      ...(run.variant !== undefined && { variant: run.variant }),
      tier: run.tier,
      arm: run.arm,
      method: { name: method.name, version: method.version },
      spec: run.spec,
      seed: run.seed,
      data: { declared: run.data, manifests: data.manifests },
      arithmetic: arithmeticOf(info, options),
    },
    what,
  );
  const id = identity(runSpec);
  const folder = runFolder(options.runs, runSpec, id);
  if (!fresh && (await finishedResult(folder)) !== undefined) {
    log(`${title}: finished before (${shortIdentity(id)}); --fresh runs it again`);
    return;
  }
  const giveUp = await claimRun(folder);
  const startedAt = new Date();
  const began = performance.now();
  const before = fresh ? 0 : await secondsSoFar(folder);
  const progress = showProgress(title);
  try {
    const spec = parse(method.schema, run.spec, what);
    const outcome = await interrupt.during(() =>
      trainRun({
        method,
        spec,
        seed: run.seed,
        identity: id,
        data,
        folder,
        precision,
        xla,
        workers: options.workers ?? defaultWorkers(),
        testPoints: study.headline.rule === 'median-last-20' ? 20 : 1,
        fresh,
        interrupted: interrupt.requested,
        onProgress: progress.update,
      }),
    );
    progress.stop();
    const result = resultOf(runSpec, outcome, data.splits, data.test.count, method.evidence(spec));
    const seconds = before + (performance.now() - began) / 1000;
    await writeResult(
      folder,
      result,
      runInfo({ identity: id, startedAt, seconds, waitShare: outcome.waitShare, info, command: options.command }),
    );
    const accuracy = (network: string): string =>
      result.measures.find((measure) => measure.network === network && measure.rule === 'last')?.value.toFixed(2) ??
      '–';
    const outcomeText =
      result.status === 'complete'
        ? `teacher ${accuracy('teacher')} %, student ${accuracy('student')} % of the test images`
        : `saved after step ${outcome.done} of ${outcome.steps}`;
    log([`${title}: ${outcomeText}`, describeTiming(outcome)].filter((part) => part !== '').join('; '));
  } finally {
    progress.stop();
    giveUp();
  }
}

/** One core is for the step; a queue that is full keeps the workers idle. */
function defaultWorkers(): number {
  return Math.max(1, Math.min(16, availableParallelism() - 1));
}
