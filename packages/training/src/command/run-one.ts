import { join } from 'node:path';
import type { TensorFlowInfo } from '@spatial-ensemble/engine';
import { identity, parse, RunSpec, shortIdentity, type Result } from '@spatial-ensemble/record';
import type { RunData } from '../data.ts';
import { arithmeticOf } from '../run/arithmetic.ts';
import { claimRun } from '../run/claim.ts';
import { weightsOf, type Source } from '../run/first-state.ts';
import { CHECKPOINT_FOLDER, trainRun, type Pace } from '../run/loop.ts';
import { measuringsOf } from '../run/measure.ts';
import { resultOf } from '../run/result.ts';
import { peakMemoryMb, runInfo, startSitting } from '../run/run-info.ts';
import { finishedResult, runFolder, secondsSoFar, writeResult } from '../run/store.ts';
import { beginAnew } from '../run/unusable-run.ts';
import type { Experiment } from '../study/experiment.ts';
import type { ResolvedRun } from '../study/resolve.ts';
import type { RunOptions } from './run-experiment.ts';
import { measuresText } from './measures-text.ts';
import { describeTiming, showProgress } from './progress.ts';
import { defaultWorkers } from './threads.ts';

/** A run and its images: all that can be wrong with either was found. */
interface ReadyRun {
  readonly run: ResolvedRun;
  readonly data: RunData;
}

/** A run of the store, for what starts from it. */
export interface StoredRun {
  readonly result: Result;
  readonly source: Source<unknown>;
}

/** How one run is run. */
export interface OneRun extends ReadyRun {
  readonly title: string;
  readonly info: TensorFlowInfo;
  /** The run that an evaluation starts from. */
  readonly from?: StoredRun;
  readonly pace: { readonly steps: number; readonly goOn: (pace: Pace) => Promise<boolean> };
}

/** Runs one run, or goes on with it; one that is finished is not run again. */
export async function runOne(
  experiment: Experiment,
  { run, data, title, info, from, pace }: OneRun,
  options: RunOptions,
): Promise<StoredRun> {
  const { log, interrupt, fresh, precision, xla } = options;
  const { method } = run;
  const what = `the run of ${experiment.study.name}, arm ${run.arm}${run.evaluation === undefined ? '' : `, ${run.evaluation}`}`;
  const machine =
    method.accumulates === true && options.microBatch !== undefined ? { microBatch: options.microBatch } : undefined;
  const runSpec = parse(
    RunSpec,
    {
      study: experiment.study.name,
      ...(run.variant !== undefined && { variant: run.variant }),
      tier: run.tier,
      arm: run.arm,
      ...(run.evaluation !== undefined && { evaluation: run.evaluation }),
      method: { name: method.name, version: method.version },
      spec: run.spec,
      seed: run.seed,
      data: { declared: run.data, manifests: data.manifests },
      ...(from && { from: from.source.identity }),
      ...(run.measurements && { measurements: run.measurements }),
      arithmetic: { ...arithmeticOf(info, options), ...machine },
    },
    what,
  );
  const id = identity(runSpec);
  const folder = runFolder(options.runs, runSpec, id);
  const spec = parse(method.schema, run.spec, what);
  const source = { method, spec, seed: run.seed, identity: id, checkpoint: join(folder, CHECKPOINT_FOLDER) };
  const finished = fresh ? undefined : await finishedResult(folder);
  if (finished !== undefined) {
    log(`${title}: finished before (${shortIdentity(id)}); ${beginAnew(run)} runs it again`);
    return { result: finished, source };
  }
  const giveUp = await claimRun(folder);
  const sitting = startSitting();
  const before = fresh ? 0 : await secondsSoFar(folder);
  const progress = showProgress(title);
  try {
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
        ...(machine && { machine }),
        workers: options.workers ?? defaultWorkers(),
        testPoints: run.evaluation === undefined && experiment.study.headline.rule === 'median-last-20' ? 20 : 1,
        fresh,
        ...(from && {
          from: () => weightsOf(from.source, run.spec['network'] === 'untrained' ? 'first' : 'last'),
        }),
        measurings: measuringsOf(run.measurements, experiment.measurements),
        pace: {
          ...pace,
          goOn: (measured) => {
            progress.stop();
            return pace.goOn(measured);
          },
        },
        interrupted: interrupt.requested,
        onProgress: progress.update,
        onLook: progress.look,
      }),
    );
    progress.stop();
    const result = resultOf(runSpec, outcome, data.splits, data.test.count, method.evidence(spec));
    await writeResult(
      folder,
      result,
      runInfo({
        identity: id,
        startedAt: sitting.startedAt,
        seconds: before + sitting.seconds(),
        waitShare: outcome.waitShare,
        peakMemoryMb: peakMemoryMb(),
        info,
        command: options.command,
      }),
    );
    const outcomeText =
      result.status === 'complete'
        ? measuresText(result.measures)
        : `saved after step ${outcome.done} of ${outcome.steps}`;
    log([`${title}: ${outcomeText}`, describeTiming(outcome)].filter((part) => part !== '').join('; '));
    return { result, source };
  } finally {
    progress.stop();
    giveUp();
  }
}
