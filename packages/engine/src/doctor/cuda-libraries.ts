import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';

/**
 * What TensorFlow 2.21's CUDA build opens by name before it registers a GPU, and the wheel that holds it. One that
 * cannot be opened, and there is no GPU.
 */
const NEEDED: Readonly<Record<string, string>> = {
  'libcuda.so.1': "NVIDIA's driver",
  'libcudart.so.12': 'nvidia-cuda-runtime-cu12',
  'libcublas.so.12': 'nvidia-cublas-cu12',
  'libcublasLt.so.12': 'nvidia-cublas-cu12',
  'libcufft.so.11': 'nvidia-cufft-cu12',
  'libcusolver.so.11': 'nvidia-cusolver-cu12',
  'libcusparse.so.12': 'nvidia-cusparse-cu12',
  'libcudnn.so.9': 'nvidia-cudnn-cu12',
};

/** A CUDA library that cannot be opened. */
export interface MissingLibrary {
  readonly name: string;
  /** Where it comes from: a wheel, or the driver. */
  readonly from: string;
  /** The dynamic loader's own words. */
  readonly reason: string;
}

/** Where a library lies beside TensorFlow, if it does. */
function beside(directory: string, name: string): string | undefined {
  const parts = join(directory, '..', 'nvidia');
  if (!existsSync(parts)) return undefined;
  return readdirSync(parts)
    .map((part) => join(parts, part, 'lib', name))
    .find((path) => existsSync(path));
}

const RTLD_LAZY = 1;

/**
 * Tries to open every CUDA library that TensorFlow needs, as TensorFlow does: from the folders beside itself, else from
 * wherever the system looks.
 *
 * @param directory the folder of TensorFlow's libraries.
 */
export function missingCudaLibraries(directory: string): MissingLibrary[] {
  const libc = koffi.load(null);
  const dlopen = libc.func('void *dlopen(const char *path, int flags)') as (path: string, flags: number) => unknown;
  const dlerror = libc.func('const char *dlerror()') as () => string | null;
  return Object.entries(NEEDED).flatMap(([name, from]) => {
    if (dlopen(beside(directory, name) ?? name, RTLD_LAZY) !== null) return [];
    return [{ name, from, reason: dlerror() ?? 'it cannot be opened' }];
  });
}
