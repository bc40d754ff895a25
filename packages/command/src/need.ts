import { formatBytes } from '@spatial-ensemble/engine';
import type { StepCount } from '@spatial-ensemble/training';

/** Bytes that a thread which loads images takes at least: an empty thread of Node.js 20 holds 8 MB. */
const WORKER_BYTES = 8e6;
/** Batches that workers hold, ready or in the making (`ahead` of the loader). */
const BATCHES_AHEAD = 4;
/** Bytes of a run beside its checkpoint, at least: a result, and 200 lines of metrics of 80 bytes. */
const RUN_FILES_BYTES = 20_000;

/** One run, or one evaluation, as far as its need goes. */
export interface NeedyRun {
  readonly arm: string;
  readonly evaluation: string | undefined;
  readonly count: StepCount;
  readonly steps: number;
  /** Images whose features are computed once and kept. */
  readonly cachedImages: number;
  /** Bytes of the features that are measured after the last step. */
  readonly measuredBytes: number;
  /** Bytes of those that are looked at while it trains; default: none. */
  readonly lookedBytes?: number;
  /** Checkpoints that stay beside the last one, on request; undefined: none. */
  readonly kept?: number;
}

/** How a run is run. */
export interface NeedyMachine {
  readonly device: 'cpu' | 'gpu';
  readonly workers: number;
  readonly precision: 'float32' | 'tf32' | 'bfloat16';
  readonly xla: boolean;
  /** Bytes that the process holds before it begins, images in memory included. */
  readonly processBytes: number;
}

/** Bytes of memory that a run surely holds at once. */
export interface MemoryNeed {
  readonly run: NeedyRun;
  /** The machine's memory. */
  readonly host: number;
  /** A GPU's. */
  readonly gpu: number;
  /** What it is made of, for messages. */
  readonly parts: { readonly [what: string]: number };
}

/**
 * Bytes that a run surely needs. A step's are those of its traced graph: less is true for none, more for most.
 *
 * In bfloat16 a value has half the bytes. XLA fuses what it likes, so that only state and batch are sure.
 */
export function memoryNeed(run: NeedyRun, { device, workers, precision, xla, processBytes }: NeedyMachine): MemoryNeed {
  const { stateBytes, peakBytes, batchBytes, cachedWidth } = run.count;
  const between = precision === 'bfloat16' ? (peakBytes - stateBytes) / 2 : peakBytes - stateBytes;
  const step = stateBytes + (xla ? batchBytes : between);
  const loads = cachedWidth === undefined;
  const loading = loads ? batchBytes * Math.min(workers === 0 ? 1 : BATCHES_AHEAD, run.steps) : 0;
  const features = 4 * run.cachedImages * (cachedWidth ?? 0);
  const looked = run.lookedBytes ?? 0;
  const training = (device === 'gpu' ? 0 : step) + loading + features + looked + (loads ? WORKER_BYTES * workers : 0);
  const measuring = (device === 'gpu' ? 0 : stateBytes) + run.measuredBytes;
  return {
    run,
    host: processBytes + Math.max(training, measuring),
    gpu: device === 'gpu' ? step : 0,
    parts: {
      'the process': processBytes,
      ...(device === 'cpu' && { 'a step': step }),
      'batches being loaded': loading,
      ...(loads && { [`${workers} loading ${workers === 1 ? 'thread' : 'threads'}`]: WORKER_BYTES * workers }),
      features: Math.max(features + looked, run.measuredBytes),
    },
  };
}

/**
 * Bytes that runs surely leave on the disk: each keeps its last checkpoint and those that it is asked to, one is there
 * twice while it is replaced.
 *
 * @param held bytes of checkpoints that are there already and may be among them.
 */
export function diskNeed(runs: readonly Pick<NeedyRun, 'count' | 'kept'>[], held: number): number {
  const checkpoints = runs.map(({ count }) => count.stateBytes);
  const kept = runs.reduce(
    (sum, { count, kept: asked = 0 }) => sum + (1 + asked) * count.stateBytes + RUN_FILES_BYTES,
    0,
  );
  const replaced = checkpoints.reduce((most, bytes) => Math.max(most, bytes), 0);
  return Math.max(0, kept - held) + replaced;
}

/** What there is. */
export interface Available {
  readonly memory: number;
  /** Of the GPU; undefined where nothing tells. */
  readonly gpu: number | undefined;
  readonly disk: number;
}

/** What is said of the need before anything runs: `Memory at least 1.5 GB (of 22 GB available), disk …`. */
export function needLine(memory: MemoryNeed, disk: number, available: Available): string {
  const gpuAvailable =
    available.gpu === undefined ? 'how much there is is not known' : `of ${formatBytes(available.gpu)}`;
  const gpu = memory.gpu === 0 ? '' : `, on the GPU at least ${formatBytes(memory.gpu)} (${gpuAvailable})`;
  return `Memory at least ${formatBytes(memory.host)} (of ${formatBytes(available.memory)} available)${gpu}, disk ${formatBytes(disk)} (of ${formatBytes(available.disk)} free).`;
}

/** What could be changed so that less memory is needed. */
export interface Remedies {
  /** The key of the batch: `batch.labelled`. */
  readonly batchKey: string | undefined;
  readonly accumulates: boolean;
  readonly runs: string;
}

/** Why runs surely cannot be done here, and what to change; undefined where they may fit. */
export function cannotFit(
  memory: MemoryNeed,
  disk: number,
  available: Available,
  { batchKey, accumulates, runs }: Remedies,
): string | undefined {
  const { arm, evaluation } = memory.run;
  const whose = evaluation === undefined ? `arm ${arm}` : `arm ${arm}, ${evaluation},`;
  const prefix = evaluation === undefined ? '' : `evaluations.${evaluation}.`;
  const smaller = [
    ...(batchKey === undefined ? [] : [`a smaller batch (--set ${prefix}${batchKey}=…)`]),
    ...(accumulates ? ['fewer images at once (--micro-batch …)'] : []),
  ];
  const problems = [
    ...(memory.host > available.memory
      ? [
          `${whose} needs at least ${formatBytes(memory.host)} of memory (${partsText(memory.parts)}), and ${formatBytes(available.memory)} are available. Take ${[...smaller, 'fewer --workers'].join(', ')}.`,
        ]
      : []),
    ...(available.gpu !== undefined && memory.gpu > available.gpu
      ? [
          `${whose} needs at least ${formatBytes(memory.gpu)} of the GPU's memory, which has ${formatBytes(available.gpu)}. Take ${smaller.join(', ') || 'a GPU with more'}.`,
        ]
      : []),
    ...(disk > available.disk
      ? [
          `checkpoints and results need at least ${formatBytes(disk)} in ${runs}, where ${formatBytes(available.disk)} are free. Free some, run fewer arms or seeds at a time, or put the runs on another disk: SPATIAL_ENSEMBLE_RUNS=/path/to/folder.`,
        ]
      : []),
  ];
  return problems.length === 0
    ? undefined
    : `This cannot fit: ${problems.join(' ')} --force starts it all the same. Nothing was run or written.`;
}

function partsText(parts: MemoryNeed['parts']): string {
  return Object.entries(parts)
    .filter(([, bytes]) => bytes > 0)
    .map(([what, bytes]) => `${what} ${formatBytes(bytes)}`)
    .join(', ');
}
