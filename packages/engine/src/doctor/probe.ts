/**
 * Loads TensorFlow in a process of its own, which may die of it, and prints what it found as one line of JSON; standard
 * error stays open, so that the dynamic loader's last words are heard:
 *
 *     probe.ts DIRECTORY FRAMEWORK CC cpu|gpu
 */
import { nvidiaGpus, type NvidiaGpu } from '../binding/nvidia-gpus.ts';
import { startRuntime } from '../binding/runtime.ts';
import { missingCudaLibraries, type MissingLibrary } from './cuda-libraries.ts';

/** What a probe prints. */
export interface Probe {
  readonly version?: string;
  readonly devices?: readonly { readonly name: string; readonly type: string }[];
  /** Whether oneDNN's kernels run. */
  readonly oneDNN?: boolean;
  /** Environment variables that change bits, other than the engine sets them. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly error?: string;
  /** Asked for where a GPU is wanted. */
  readonly missingCuda?: readonly MissingLibrary[];
  /** As NVIDIA's driver tells of them, asked for where a GPU is wanted. */
  readonly gpus?: readonly NvidiaGpu[];
}

function load(framework: string, cc: string, device: 'cpu' | 'gpu'): Probe {
  try {
    const { version, devices, oneDNN, environment } = startRuntime({ framework, cc, device, verbose: true });
    return { version, devices, oneDNN, environment };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

const [directory, framework, cc, device] = process.argv.slice(2);
const cuda = device === 'gpu' ? { missingCuda: missingCudaLibraries(directory!), gpus: nvidiaGpus() } : {};
console.log(JSON.stringify({ ...load(framework!, cc!, device as 'cpu' | 'gpu'), ...cuda } satisfies Probe));
