import { runFolder } from '@spatial-ensemble/store';
import { availableMemory, checkpointBytesIn, freeDisk } from './available.ts';
import { countSteps, type StepCounts } from './cost.ts';
import type { Counted } from './counted.ts';
import { cannotFit, diskNeed, memoryNeed, needLine, type Available, type MemoryNeed, type NeedyRun } from './need.ts';
import { measuringsOf, type RunData } from '@spatial-ensemble/training';
import { boundRun } from './bound-run.ts';
import type { Experiment, ResolvedRun } from './experiment.ts';
import type { Job, ReadyJob } from './job.ts';

/** What a measurement is declared with. */
type MeasurementSpec = NonNullable<ResolvedRun['measurements']>[string]['spec'];

/** What runs need, in a line, and why they surely cannot be done here, if so. */
export interface NeedFound {
  readonly line: string;
  readonly cannot: string | undefined;
}

/** Whether the need of runs is looked at: a smoke run as it is derived needs next to nothing. */
export function isNeedy({ tier, changed }: ResolvedRun): boolean {
  return tier !== 'smoke' || changed !== undefined;
}

/**
 * A job whose images may be here or not: absent, what depends on their number is not counted, and every checkpoint of
 * the store may be one of its runs'.
 */
type NeedyJob = Job & Partial<Pick<ReadyJob, 'data' | 'info' | 'specs'>>;

/**
 * What runs surely need of memory and disk. The arms differ in their teachers: where the first takes half of what there
 * is, the others are counted too, and the one that needs most is told of.
 */
export async function findNeed(job: NeedyJob, counted: Counted): Promise<NeedFound> {
  const { runs, first, machine, session, info } = job;
  const available: Available = {
    memory: availableMemory(),
    gpu: info?.device.memoryBytes,
    disk: await freeDisk(session.runs),
  };
  let most = mostOf(job, first, counted);
  if (isTight(most, available)) {
    const others = runs.filter((run, i) => runs.findIndex(({ arm }) => arm === run.arm) === i && run.arm !== first.arm);
    for (const run of others)
      most = larger(most, mostOf(job, run, { ...counted, steps: await countSteps(run, machine.microBatch) }));
  }
  const all = runs.flatMap((run) => [run, ...run.evaluations]).map((run) => needy(job, run, counted.steps));
  const disk = diskNeed(all, await checkpointBytesHeld(job));
  const remedies = {
    batchKey: batchKey(most.run.evaluation === undefined ? first : evaluationOf(first, most.run.evaluation)),
    accumulates: most.run.evaluation === undefined && first.method.accumulates === true,
    runs: session.runs,
  };
  return { line: needLine(most, disk, available), cannot: cannotFit(most, disk, available, remedies) };
}

/** Bytes of the checkpoints that the job's runs have on the disk. */
async function checkpointBytesHeld({ session: { runs }, specs }: NeedyJob): Promise<number> {
  if (specs === undefined) return checkpointBytesIn(runs);
  const folders = new Set([...specs.values()].map(({ spec, identity }) => runFolder(runs, spec, identity)));
  const held = await Promise.all([...folders].map(checkpointBytesIn));
  return held.reduce((sum, bytes) => sum + bytes, 0);
}

function isTight({ host, gpu }: MemoryNeed, { memory, gpu: gpuBytes = Infinity }: Available): boolean {
  return host > memory / 2 || gpu > gpuBytes / 2;
}

function larger(a: MemoryNeed, b: MemoryNeed): MemoryNeed {
  return b.host + b.gpu > a.host + a.gpu ? b : a;
}

/** The most of a run and its evaluations, which come one after the other. */
function mostOf(job: NeedyJob, run: ResolvedRun, { steps, processBytes }: Counted): MemoryNeed {
  const { device, precision, xla, workers } = job.machine;
  const machine = { device, precision, xla, workers, processBytes };
  return [run, ...run.evaluations]
    .map((one) => memoryNeed(needy(job, one, steps), machine))
    .reduce((most, need) => larger(most, need));
}

function needy({ data, experiment, session }: NeedyJob, run: ResolvedRun, counts: StepCounts): NeedyRun {
  const images = data?.get(run);
  const count = counts.get(run.evaluation)!;
  return {
    arm: run.arm,
    evaluation: run.evaluation,
    count,
    steps: run.steps,
    // The last one is counted as that.
    kept: run.evaluation === undefined ? Math.floor((run.steps - 1) / (session.keepEvery ?? Infinity)) : 0,
    cachedImages: images === undefined || count.cachedWidth === undefined ? 0 : cachedImages(run, images),
    measuredBytes: images === undefined ? 0 : measuredBytes(run, images),
    lookedBytes: images === undefined ? 0 : lookedBytes(run, images, experiment.measurements),
  };
}

function cachedImages(run: ResolvedRun, { split }: RunData): number {
  return Object.keys(boundRun(run).trainable.streams).reduce((sum, name) => sum + split[name as 'labelled'].length, 0);
}

/** Features of one network, float32, of the images of the largest bank; a measurement may keep those of several. */
function measuredBytes(run: ResolvedRun, images: Pick<RunData, 'split'>): number {
  return Math.max(0, ...Object.values(run.measurements ?? {}).map(({ spec }) => bankBytes(run, spec, images)));
}

/** Features of one network, float32, of the images of a measurement's bank. */
function bankBytes(run: ResolvedRun, { bank }: MeasurementSpec, { split }: Pick<RunData, 'split'>): number {
  const width = boundRun(run).trainable.encodes?.features ?? 0;
  const all = Math.max(split.labelled.length, split.unlabelled.length);
  return 4 * width * (bank === 'all' ? all : typeof bank === 'number' ? bank : 0);
}

/** The same of all networks that a measurement looks at while a run trains, at its largest: they are kept for a look. */
export function lookedBytes(
  run: ResolvedRun,
  images: Pick<RunData, 'split'>,
  code: Experiment['measurements'],
): number {
  const looks = measuringsOf(run.measurements, code).map(({ measurement, spec }) => {
    const series = measurement.whileTraining?.(spec)?.series ?? [];
    const networks = new Set(series.map(({ whose }) => whose).filter((whose) => whose !== 'none'));
    return networks.size * bankBytes(run, spec as MeasurementSpec, images);
  });
  return Math.max(0, ...looks);
}

function evaluationOf({ evaluations }: ResolvedRun, name: string): ResolvedRun {
  return evaluations.find(({ evaluation }) => evaluation === name)!;
}

/** The key of a spec's batch, if it has one: `batch`, or its first part, `batch.labelled`. */
function batchKey({ spec }: ResolvedRun): string | undefined {
  const { batch } = spec;
  if (typeof batch === 'number') return 'batch';
  if (typeof batch !== 'object' || batch === null) return undefined;
  const part = Object.entries(batch).find(([, value]) => typeof value === 'number');
  return part && `batch.${part[0]}`;
}
