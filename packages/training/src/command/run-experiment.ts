import { join } from 'node:path';
import { useTensorFlow, type TensorFlowInfo } from '@spatial-ensemble/engine';
import { seeds } from '@spatial-ensemble/random';
import { canonicalJson, identity, parse, RunSpec, shortIdentity, type Plan } from '@spatial-ensemble/record';
import { mkdir } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { prepareData, type RunData } from '../data.ts';
import { arithmeticOf } from '../run/arithmetic.ts';
import { trainRun } from '../run/loop.ts';
import { resultOf } from '../run/result.ts';
import { runInfo } from '../run/run-info.ts';
import { finishedResult, runFolder, secondsSoFar, writeResult } from '../run/store.ts';
import type { Experiment } from '../study/experiment.ts';
import { plannedRun, resolveRuns, type ResolvedRun, type Selection } from '../study/resolve.ts';
import { showProgress } from './progress.ts';

/** How an experiment is run; none of it is part of what is declared. */
export interface RunOptions extends Selection {
  readonly fresh: boolean;
  readonly device: 'cpu' | 'gpu';
  readonly precision: 'float32' | 'bfloat16';
  readonly xla: boolean;
  readonly threads?: number;
  /** Where runs live. */
  readonly runs: string;
  readonly log: (line: string) => void;
  readonly interrupted: () => boolean;
}

/** What became of an experiment's runs. */
export interface ExperimentOutcome {
  readonly plan: Plan;
  /** Where results lie: `runs/<study>`. */
  readonly folder: string;
  readonly interrupted: boolean;
}

/** Runs what a selection asks for, one run after the other; a run that is finished is not run again. */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<ExperimentOutcome> {
  const { study, method } = experiment;
  const runs = resolveRuns(experiment, options);
  const folder = join(options.runs, study.name);
  // Everything that can be wrong with the images is found before anything is started.
  const data = new Map<string, RunData>();
  for (const run of runs) {
    const key = `${run.seed} ${canonicalJson(run.data)}`;
    if (!data.has(key)) data.set(key, await prepareData(run.data, seeds(run.seed).split));
  }
  const threads = options.threads === undefined ? undefined : { intra: options.threads, inter: options.threads };
  const info = await useTensorFlow({ device: options.device, deterministic: options.device === 'gpu', ...(threads && { threads }) });
  const plan: Plan = { format: 'spatial-ensemble/plan-1', study, method: { name: method.name, version: method.version }, runs: runs.map(plannedRun) };
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, 'study.json'), `${JSON.stringify(plan, null, 2)}\n`);
  for (const [i, run] of runs.entries()) {
    if (options.interrupted()) break;
    await runOne(experiment, run, data.get(`${run.seed} ${canonicalJson(run.data)}`)!, info, options, `[${i + 1}/${runs.length}] ${run.arm}, seed ${run.seed}`);
  }
  return { plan, folder, interrupted: options.interrupted() };
}

async function runOne({ study, method }: Experiment, run: ResolvedRun, data: RunData, info: TensorFlowInfo, options: RunOptions, title: string): Promise<void> {
  const { log } = options;
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
    `the run of ${study.name}, arm ${run.arm}`,
  );
  const id = identity(runSpec);
  const folder = runFolder(options.runs, runSpec, id);
  if (!options.fresh && (await finishedResult(folder)) !== undefined) {
    log(`${title}: finished before (${shortIdentity(id)}); --fresh runs it again`);
    return;
  }
  const startedAt = new Date();
  const began = performance.now();
  const before = options.fresh ? 0 : await secondsSoFar(folder);
  const progress = showProgress(title);
  try {
    const spec = parse(method.schema, run.spec, `the spec of ${study.name}, arm ${run.arm}`);
    const outcome = await trainRun({
      method,
      spec,
      seed: run.seed,
      identity: id,
      data,
      folder,
      precision: options.precision,
      xla: options.xla,
      testPoints: study.headline.rule === 'median-last-20' ? 20 : 1,
      fresh: options.fresh,
      interrupted: options.interrupted,
      onProgress: (now) => progress.update(now),
    });
    progress.stop();
    const result = resultOf(runSpec, outcome, data.splits, data.test.count, method.evidence(spec));
    await writeResult(folder, result, runInfo(id, startedAt, before + (performance.now() - began) / 1000, outcome.waitShare, info));
    const accuracy = (network: string): string => result.measures.find((measure) => measure.network === network && measure.rule === 'last')?.value.toFixed(2) ?? '–';
    const timing = `${outcome.stepMs.toFixed(1)} ms a step, ${(100 * outcome.waitShare).toFixed(1)} % of it waiting for images`;
    log(result.status === 'complete' ? `${title}: teacher ${accuracy('teacher')} %, student ${accuracy('student')} % of the test images; ${timing}` : `${title}: saved after step ${outcome.done} of ${outcome.steps}`);
  } finally {
    progress.stop();
  }
}
