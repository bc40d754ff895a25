import { availableParallelism } from 'node:os';
import type { Bfloat16Kernels } from './bfloat16-kernels.ts';
import { settleCluster, type Cluster, type SettledCluster } from './cluster.ts';
import { findLibraryNow } from '../library/find-now.ts';
import { findLibrary, type Library } from '../library/index.ts';
import { NUMERICS } from '../numerics.ts';
import type { Device } from './devices.ts';
import type { NvidiaGpu } from './nvidia-gpus.ts';
import { startRuntime } from './runtime.ts';
import { TensorFlowBinding } from './tensorflow-binding.ts';
import { xlaFlagsFor, type XlaOptions } from './xla-options.ts';

/** Options of `useTensorFlow` and `startBinding`; a process has one TensorFlow, so all calls must agree. */
export interface TensorFlowOptions {
  /**
   * Threads inside an op (`intra`) and ops at a time (`inter`). Default: the number of cores for both. They belong to
   * a run's arithmetic: other counts differ in the last bits.
   */
  readonly threads?: { readonly intra: number; readonly inter: number };
  /**
   * `gpu` needs TensorFlow's CUDA build, which is fetched on the first use. Default: what the environment variable
   * `SPATIAL_ENSEMBLE_DEVICE` says, else `cpu`.
   */
  readonly device?: 'cpu' | 'gpu';
  /** Take GPU memory as it is needed (default) rather than all at once. */
  readonly gpuMemoryGrowth?: boolean;
  /** The one GPU that is used, by its number among those that `CUDA_VISIBLE_DEVICES` leaves visible. Default 0. */
  readonly gpu?: number;
  /** Most bytes of its memory that are taken. Default: all that there is. */
  readonly gpuMemoryBytes?: number;
  /** Deterministic kernels on a GPU; an op without one is an error. On a CPU all kernels are. Default false. */
  readonly deterministic?: boolean;
  /**
   * On an NVIDIA GPU, from Ampere on: round the inputs of float32 convolutions and matrix products to TF32, 10 bits
   * behind the point, which is several times faster. Default false: float32 is the same on every device.
   */
  readonly tensorFloat32?: boolean;
  /** How XLA compiles for a GPU what `compile` gives it. Default: as TensorFlow has it. */
  readonly xla?: XlaOptions;
  /** The processes that this one computes with; each is told the same hosts, and its own number. Default: none. */
  readonly cluster?: Cluster;
  /** Print TensorFlow's own banner lines. */
  readonly verbose?: boolean;
}

/** One of several processes that compute together; a process on its own is the only one. */
export interface Worker {
  /** From 0. */
  readonly rank: number;
  readonly workers: number;
}

/** What runs, for a run's record. */
export interface TensorFlowInfo {
  readonly version: string;
  /** The version of the engine's own arithmetic, `NUMERICS`. */
  readonly numerics: number;
  readonly device: Device;
  readonly devices: readonly Device[];
  /** What NVIDIA's driver tells of the GPU that is used; absent on a processor. */
  readonly gpu?: NvidiaGpu;
  readonly threads: { readonly intra: number; readonly inter: number };
  readonly deterministic: boolean;
  /** Whether float32 products on a GPU round their inputs to TF32, as the library itself says. */
  readonly tensorFloat32: boolean;
  /**
   * How bfloat16 is computed: by kernels for it, or, the same arithmetic but slower, by those for float32 on rounded
   * values.
   */
  readonly bfloat16: Bfloat16Kernels;
  /** The number of this process, and of how many that compute together. */
  readonly worker: Worker;
  /** Whether oneDNN's kernels run on the processor, as the library itself says. */
  readonly oneDNN: boolean;
  /**
   * Environment variables that change bits (listed in `environment.ts`), as they stood when the library was loaded; without those
   * that are what the engine sets itself.
   */
  readonly environment: Readonly<Record<string, string>>;
  readonly library: { readonly cc: string; readonly build: string; readonly source: string };
}

/** TensorFlow, started: what TensorFlow.js talks to, and what it is. */
export interface Started {
  readonly binding: TensorFlowBinding;
  readonly info: TensorFlowInfo;
}

type Settled = Required<Omit<TensorFlowOptions, 'gpuMemoryBytes' | 'cluster' | 'xla'>> &
  Pick<TensorFlowOptions, 'gpuMemoryBytes' | 'xla'> & { readonly cluster?: SettledCluster };

let started: Started | undefined;
let starting: { readonly settled: string; readonly promise: Promise<Started> } | undefined;

function settle(options: TensorFlowOptions): Settled {
  const {
    threads,
    device = defaultDevice(),
    gpuMemoryGrowth = true,
    gpu = 0,
    gpuMemoryBytes,
    deterministic = false,
    tensorFloat32 = false,
    xla,
    cluster,
    verbose = false,
    ...unknown
  } = options;
  const names = Object.keys(unknown);
  if (names.length > 0)
    throw new Error(
      `unknown option ${names.join(', ')}: TensorFlow is started with threads, device, gpu, gpuMemoryBytes, gpuMemoryGrowth, deterministic, tensorFloat32, xla, cluster or verbose`,
    );
  if (device !== 'cpu' && device !== 'gpu') throw new Error(`device is cpu or gpu, got ${String(device)}`);
  if (tensorFloat32 && device === 'cpu')
    throw new Error(
      "tf32 is a mode of NVIDIA GPUs (tensorFloat32 with device 'gpu'); a processor computes float32 in full: take float32, or a GPU",
    );
  const cores = availableParallelism();
  const { intra, inter } = threads ?? { intra: cores, inter: cores };
  for (const [name, count] of Object.entries({ intra, inter })) {
    if (!Number.isInteger(count) || count < 1)
      throw new Error(`threads.${name} is a whole number from 1 up, got ${String(count)}`);
  }
  if (!Number.isInteger(gpu) || gpu < 0) throw new Error(`gpu is the number of one, from 0, got ${String(gpu)}`);
  if (device === 'cpu' && (gpu !== 0 || gpuMemoryBytes !== undefined))
    throw new Error("gpu and gpuMemoryBytes are of a GPU: add device: 'gpu', or leave them out");
  if (device === 'cpu' && xla !== undefined)
    throw new Error("xla says how XLA compiles for a GPU: add device: 'gpu', or leave it out");
  if (gpuMemoryBytes !== undefined && !(gpuMemoryBytes > 0))
    throw new Error(`gpuMemoryBytes is a number of bytes above 0, got ${String(gpuMemoryBytes)}`);
  return {
    threads: { intra, inter },
    device,
    gpu,
    ...(gpuMemoryBytes !== undefined && { gpuMemoryBytes }),
    gpuMemoryGrowth,
    deterministic,
    tensorFloat32,
    ...(xla !== undefined && { xla }),
    ...(cluster !== undefined && { cluster: settleCluster(cluster) }),
    verbose,
  };
}

/** For programs that name no device, tests among them: the same file runs on either. */
function defaultDevice(): 'cpu' | 'gpu' {
  const value = process.env.SPATIAL_ENSEMBLE_DEVICE || 'cpu';
  if (value === 'cpu' || value === 'gpu') return value;
  throw new Error(
    `the environment variable SPATIAL_ENSEMBLE_DEVICE is cpu or gpu, got ${value}: unset it, or correct it`,
  );
}

/**
 * Finds TensorFlow 2.21 (fetching it once if it has to) and starts it, or gives the one that runs.
 *
 * @throws Error when the library cannot be found or started, when it already runs with other options, or for an
 *   unknown option.
 */
export async function startTensorFlow(options: TensorFlowOptions = {}): Promise<Started> {
  const settled = settle(options);
  const wanted = JSON.stringify(settled);
  if (starting === undefined) {
    const promise = start(settled);
    starting = { settled: wanted, promise };
    // One that failed does not stand in the way of the next.
    promise.catch(() => (starting = undefined));
  } else if (wanted !== starting.settled) {
    throw new Error(
      `TensorFlow was already started with the options ${starting.settled}; a process has one TensorFlow, so ${wanted} needs a process of its own.`,
    );
  }
  return starting.promise;
}

/**
 * As `startTensorFlow`, for who cannot wait: the library is found by a process that this one waits for. Gives the
 * TensorFlow that runs, whatever its options, if there is one.
 *
 * @throws Error as `startTensorFlow` does, and while that is under way
 */
export function startTensorFlowNow(options: TensorFlowOptions = {}): Started {
  if (started !== undefined) return started;
  if (starting !== undefined)
    throw new Error('TensorFlow is being started: await what starts it, then import what needs it');
  const settled = settle(options);
  const now = begin(settled, findLibraryNow(settled.device));
  starting = { settled: JSON.stringify(settled), promise: Promise.resolve(now) };
  return now;
}

async function start(settled: Settled): Promise<Started> {
  // What is wrong with them is said before gigabytes are fetched.
  if (settled.xla !== undefined) xlaFlagsFor(settled.xla, settled.deterministic);
  return begin(settled, await findLibrary({ device: settled.device }));
}

function begin(settled: Settled, library: Library): Started {
  const runtime = startRuntime({ ...settled, framework: library.framework, cc: library.cc });
  const info: TensorFlowInfo = {
    version: runtime.version,
    numerics: NUMERICS,
    device: runtime.device,
    devices: runtime.devices,
    ...(runtime.gpu && { gpu: runtime.gpu }),
    threads: settled.threads,
    deterministic: settled.device === 'cpu' || settled.deterministic,
    tensorFloat32: runtime.tensorFloat32,
    bfloat16: runtime.bfloat16,
    worker: workerOf(settled.cluster),
    oneDNN: runtime.oneDNN,
    environment: runtime.environment,
    library: { cc: library.cc, build: library.build, source: library.source },
  };
  started = { binding: new TensorFlowBinding(runtime), info };
  return started;
}

function workerOf(cluster: SettledCluster | undefined): Worker {
  return { rank: cluster?.rank ?? 0, workers: cluster?.hosts.length ?? 1 };
}

/**
 * Starts TensorFlow without TensorFlow.js and gives its binding: tensors by number, ops by name.
 *
 * @throws Error as `useTensorFlow` does.
 */
export async function startBinding(options: TensorFlowOptions = {}): Promise<TensorFlowBinding> {
  return (await startTensorFlow(options)).binding;
}

/**
 * The binding of the TensorFlow that runs, the one that TensorFlow.js' backend uses too.
 *
 * @throws Error before `useTensorFlow` or `startBinding` has started it.
 */
export function binding(): TensorFlowBinding {
  if (started === undefined)
    throw new Error('TensorFlow is not running: call `await startBinding()` or `await useTensorFlow()` first');
  return started.binding;
}
