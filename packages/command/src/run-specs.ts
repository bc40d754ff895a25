import { identity, parse, RunSpec } from '@spatial-ensemble/record';
import { arithmeticOf } from './arithmetic.ts';
import type { ResolvedRun } from './experiment.ts';
import type { IdentifiedRun, ReadyJob } from './job.ts';
import type { Lineage, Origin } from './origin.ts';

/**
 * Every run and evaluation of a job, on these images and with this arithmetic.
 *
 * @param lineage what they go on from; undefined: what they are by themselves
 */
export function runSpecs(
  job: Pick<ReadyJob, 'experiment' | 'runs' | 'data' | 'info' | 'machine'>,
  lineage?: Lineage,
): ReadyJob['specs'] {
  const specs = new Map<ResolvedRun, IdentifiedRun>();
  for (const run of job.runs) {
    const segments = lineage?.get(run)?.segments;
    const trained = identified(job, run, { segments });
    specs.set(run, trained);
    for (const evaluation of run.evaluations)
      specs.set(evaluation, identified(job, evaluation, { segments, from: trained.identity }));
  }
  return specs;
}

function identified(
  { experiment, data, info, machine }: Parameters<typeof runSpecs>[0],
  run: ResolvedRun,
  { segments, from }: { readonly segments: Origin['segments'] | undefined; readonly from?: string },
): IdentifiedRun {
  const { method } = run;
  const what = `the run of ${experiment.study.name}, arm ${run.arm}${run.evaluation === undefined ? '' : `, ${run.evaluation}`}`;
  const spec = parse(
    RunSpec,
    {
      method: { name: method.name, version: method.version },
      spec: run.spec,
      seeds: run.seeds,
      testPoints: run.testPoints,
      ...(run.atStep !== undefined && { atStep: run.atStep }),
      ...(run.init !== undefined && { init: run.init }),
      ...(segments !== undefined && { segments }),
      // `!`: there are images for every run of a job.
      data: { declared: run.data, manifests: data.get(run)!.manifests },
      ...(from !== undefined && { from }),
      ...(run.measurements && { measurements: run.measurements }),
      arithmetic: { ...arithmeticOf(info, machine), ...parts(run, machine) },
    },
    what,
  );
  return { spec, identity: identity(spec) };
}

/** How a run's batch is parted, where its method can do that. */
export function parts(
  { method }: ResolvedRun,
  { microBatch }: ReadyJob['machine'],
): { readonly microBatch: number } | undefined {
  return method.accumulates === true && microBatch !== undefined ? { microBatch } : undefined;
}
