import { availableParallelism } from 'node:os';
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { startRuntime } from '../binding/runtime.ts';
import { TensorFlowBinding } from '../binding/tensorflow-binding.ts';
import { registerKernels } from '../kernels/register.ts';
import { findLibrary } from '../library/index.ts';
import { createBackend, type KernelBackend } from './backend.ts';

const require = createRequire(import.meta.url);

/** Options of `useTensorFlow`; a process has one TensorFlow, so all calls must agree. */
export interface TensorFlowOptions {
  /**
   * Threads inside an op (`intra`) and ops at a time (`inter`). Default: the number of cores for both. They belong to
   * a run's arithmetic: other counts differ in the last bits.
   */
  readonly threads?: { readonly intra: number; readonly inter: number };
  /** `gpu` needs TensorFlow's CUDA build, which is fetched on the first use. Default `cpu`. */
  readonly device?: 'cpu' | 'gpu';
  /** Take GPU memory as it is needed (default) rather than all at once. */
  readonly gpuMemoryGrowth?: boolean;
  /** Which GPUs may be used, by number: `0`, `0,1`. Default: all. */
  readonly visibleGpus?: string;
  /** Deterministic kernels on a GPU; an op without one is an error. On a CPU all kernels are. Default false. */
  readonly deterministic?: boolean;
  /** Print TensorFlow's own banner lines. */
  readonly verbose?: boolean;
}

/** What runs, for a run's record. */
export interface TensorFlowInfo {
  readonly version: string;
  readonly device: { readonly name: string; readonly type: string };
  readonly devices: readonly { readonly name: string; readonly type: string }[];
  readonly threads: { readonly intra: number; readonly inter: number };
  readonly deterministic: boolean;
  readonly library: { readonly cc: string; readonly build: string; readonly source: string };
}

let backend: KernelBackend | undefined;
let starting: Promise<TensorFlowInfo> | undefined;
let startedWith: string | undefined;

/**
 * Finds TensorFlow 2.21 (fetching it once if it has to), starts it, and makes it TensorFlow.js' backend, named
 * `tensorflow`.
 *
 * @throws Error when the library cannot be found or started, or when it already runs with other options.
 */
export async function useTensorFlow(options: TensorFlowOptions = {}): Promise<TensorFlowInfo> {
  const wanted = JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (starting === undefined) {
    startedWith = wanted;
    starting = start(options);
    starting.catch(() => (starting = undefined));
  } else if (wanted !== startedWith) {
    throw new Error(`TensorFlow was already started with the options ${startedWith}; a process has one TensorFlow, so ${wanted} needs a process of its own.`);
  }
  const info = await starting;
  // TensorFlow.js falls back to another backend in silence when a factory fails.
  if (!(await tf.setBackend('tensorflow')) || tf.getBackend() !== 'tensorflow') {
    throw new Error(`TensorFlow.js runs on the backend ${tf.getBackend()} instead of tensorflow`);
  }
  return info;
}

async function start(options: TensorFlowOptions): Promise<TensorFlowInfo> {
  const device = options.device ?? 'cpu';
  const library = await findLibrary({ device });
  const cores = availableParallelism();
  const threads = options.threads ?? { intra: cores, inter: cores };
  const runtime = startRuntime({ ...options, device, threads, framework: library.framework, cc: library.cc });
  const created = createBackend(new TensorFlowBinding(runtime));
  tf.registerBackend('tensorflow', () => created as unknown as tf.KernelBackend, 3);
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow.js refused the backend');
  require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels');
  registerKernels();
  backend = created;
  return {
    version: runtime.version,
    device: runtime.device,
    devices: runtime.devices,
    threads,
    deterministic: device === 'cpu' || options.deterministic === true,
    library: { cc: library.cc, build: library.build, source: library.source },
  };
}

/** The backend, if it runs and TensorFlow.js uses it. */
export function liveBackend(): KernelBackend | undefined {
  return backend !== undefined && tf.getBackend() === 'tensorflow' ? backend : undefined;
}

/** The backend. @throws Error when TensorFlow.js runs on another one. */
export function requireBackend(): KernelBackend {
  const live = liveBackend();
  if (live === undefined) throw new Error(`this needs TensorFlow: call \`await useTensorFlow()\` first (TensorFlow.js runs on the backend ${tf.getBackend()})`);
  return live;
}
